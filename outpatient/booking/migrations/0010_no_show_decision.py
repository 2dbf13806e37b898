"""What people decide after missed visits."""
import django.db.models.deletion
from django.db import migrations, models

import emr.clock
import emr.ids
from emr import guards

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("booking", "0009_waiting_entry")]
    operations = [
        migrations.AddField("booking", "confirmed_at", models.DateTimeField(
            blank=True, help_text="The patient confirmed by the link of the reminder (R75)", null=True)),
        migrations.CreateModel(
            name="NoShowDecision",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("step", models.CharField(choices=[("notice", "notice"), ("confirm", "confirm on the eve"), ("pause", "online orders paused")],
                                          max_length=8)),
                ("missed", models.PositiveSmallIntegerField(help_text="Missed visits of the last 90 days when it was decided")),
                ("decided_at", models.DateTimeField(default=emr.clock.now)),
                ("until", models.DateTimeField(blank=True, help_text="Empty for a notice", null=True)),
                ("objection", models.CharField(blank=True, max_length=500)),
                ("objected_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, help_text="Why it was lifted, or why it stands all the same", max_length=300)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.staff")),
                ("last_missed", models.ForeignKey(help_text="The visit that gave cause", on_delete=django.db.models.deletion.PROTECT,
                                                  related_name="+", to="booking.booking")),
                ("lifted_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                                to="emr.staff")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.patient")),
                ("pause", models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="decision",
                                               to="booking.onlinepause")),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-decided_at"], name="decisions_of_a_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("last_missed",), name="one_decision_per_missed_visit"),
                    models.CheckConstraint(condition=Q(("lifted_at__isnull", True), Q(("lifted_by__isnull", False), Q(("answer", ""), _negated=True)),
                                                       _connector="OR"), name="a_lifted_decision_says_why"),
                    models.CheckConstraint(condition=Q(Q(("pause__isnull", False), ("step", "pause")),
                                                       Q(Q(("step", "pause"), _negated=True), ("pause__isnull", True)), _connector="OR"),
                                           name="a_pause_decision_has_its_pause")]},
        ),
        guards.keep_history("booking_noshowdecision"),
    ]
