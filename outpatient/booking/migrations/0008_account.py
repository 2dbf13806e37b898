"""Accounts that order for several patients, and messages about coupons."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import emr.clock
import emr.ids
from emr import guards


class Migration(migrations.Migration):
    dependencies = [("booking", "0007_persons"), ("emr", "0004_staff_pin"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField("bookingsetting", "mail_names_specialty", models.BooleanField(
            default=False, help_text="Mails name the specialty and the doctor (R74)")),
        migrations.AddField("bookingsetting", "visit_cost", models.DecimalField(
            blank=True, decimal_places=2, max_digits=8, null=True,
            help_text="What a missed visit costs the institution: told in reminders; empty = not told")),
        migrations.AddField("bookingsetting", "offer_minutes", models.PositiveSmallIntegerField(
            default=60, help_text="How long the waiting list keeps an offered coupon, 30 to 120")),
        migrations.AddConstraint("bookingsetting", models.CheckConstraint(
            condition=models.Q(offer_minutes__gte=30, offer_minutes__lte=120), name="an_offer_stands_half_an_hour_to_two")),
        migrations.CreateModel(
            name="AccountPatient",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("proof", models.CharField(choices=[("identified", "personal data entered"), ("document", "document shown at the registry")],
                                           max_length=12)),
                ("since", models.DateTimeField(default=emr.clock.now)),
                ("until", models.DateField(blank=True, null=True,
                                           help_text="The eighteenth birthday of a child; empty once confirmed, and for adults")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, help_text="The patient, grown up, or the registry let it stand")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, max_length=200)),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.patient")),
            ],
            options={"constraints": [
                models.UniqueConstraint(condition=models.Q(("ended_at__isnull", True)), fields=("account", "patient"),
                                        name="a_patient_is_in_an_account_once"),
                models.CheckConstraint(condition=models.Q(("ended_at__isnull", True), models.Q(("end_reason", ""), _negated=True), _connector="OR"),
                                       name="an_ended_account_patient_says_why")]},
        ),
        migrations.CreateModel(
            name="BookingNotice",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[
                    ("ordered", "ordered"), ("early", "first reminder"), ("reminder", "reminder on the eve"), ("changed", "changed"),
                    ("cancelled", "cancelled"), ("offer", "offer of the waiting list"),
                    ("missed", "decision after a missed visit")], max_length=10)),
                ("thread", models.UUIDField(help_text="UID of the calendar entry: the first booking, whatever it was moved to")),
                ("sequence", models.PositiveSmallIntegerField(default=0, help_text="SEQUENCE of the calendar entry")),
                ("written_at", models.DateTimeField(default=emr.clock.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, choices=[
                    ("sent", "sent"), ("dropped", "no longer true, not sent"), ("no-address", "no e-mail address")], max_length=12)),
                ("booking", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="booking.booking")),
                ("message", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                              to="emr.outboxmessage")),
            ],
            options={
                "indexes": [models.Index(fields=["thread", "-sequence"], name="notices_of_a_thread")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("kind", "changed"), _negated=True), fields=("booking", "kind"),
                                            name="one_notice_per_booking_and_kind"),
                    models.UniqueConstraint(condition=models.Q(("kind__in", ["ordered", "changed", "cancelled"])),
                                            fields=("thread", "sequence"), name="one_notice_per_step_of_a_calendar_entry"),
                    models.CheckConstraint(condition=models.Q(("done_at__isnull", True), models.Q(("outcome", ""), _negated=True), _connector="OR"),
                                           name="a_done_notice_has_an_outcome")]},
        ),
        guards.keep_history("booking_accountpatient", "booking_bookingnotice"),
    ]
