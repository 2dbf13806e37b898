"""Who waits for a coupon."""
import django.db.models.deletion
from django.db import migrations, models

import emr.clock
import emr.ids
from emr import guards


class Migration(migrations.Migration):
    dependencies = [("booking", "0008_account")]
    operations = [
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("weekdays", models.JSONField(blank=True, default=list, help_text="ISO weekdays that suit; empty = any")),
                ("time_from", models.TimeField(blank=True, null=True)),
                ("time_until", models.TimeField(blank=True, null=True)),
                ("priority", models.PositiveSmallIntegerField(choices=[(0, "routine"), (1, "soon"), (2, "urgent")], default=0,
                                                              help_text="Medical, set by staff only")),
                ("priority_reason", models.CharField(blank=True, max_length=200)),
                ("since", models.DateTimeField(default=emr.clock.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, choices=[("booked", "has a coupon"), ("left", "left the list")], max_length=10)),
                ("doctor", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.staff")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.patient")),
                ("specialty", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="booking.specialty")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["specialty", "-priority", "since"],
                                         name="who_waits_in_order")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("doctor__isnull", True), ("ended_at__isnull", True)),
                                            fields=("patient", "specialty"), name="a_patient_waits_once_for_a_specialty"),
                    models.UniqueConstraint(condition=models.Q(("doctor__isnull", False), ("ended_at__isnull", True)),
                                            fields=("patient", "specialty", "doctor"), name="a_patient_waits_once_for_a_doctor"),
                    models.CheckConstraint(condition=models.Q(("ended_at__isnull", True), models.Q(("end_reason", ""), _negated=True), _connector="OR"),
                                           name="an_ended_waiting_says_why"),
                    models.CheckConstraint(condition=models.Q(("priority", 0), models.Q(("priority_reason", ""), _negated=True), _connector="OR"),
                                           name="a_priority_says_why")]},
        ),
        guards.keep_history("booking_waitingentry"),
    ]
