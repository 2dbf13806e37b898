"""Timetables and the calendar's exceptions, calls about cancelled coupons, appeals, the duty roster."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import emr.clock
import emr.ids
from emr import guards

PROTECT = django.db.models.deletion.PROTECT


def key():
    return ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False))


def to(model, **options):
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=model, **options)


def maybe(model, **options):
    return to(model, blank=True, null=True, **options)


def share():
    return models.PositiveSmallIntegerField(blank=True, null=True, default=None)


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_guards"), ("emr", "0004_staff_pin")]
    operations = [
        migrations.CreateModel(
            name="ReceptionTemplate",
            fields=[
                key(),
                ("department", to("emr.department")),
                ("doctor", maybe("emr.staff")),
                ("specialty", maybe("booking.specialty")),
                ("title", models.CharField(blank=True, max_length=200)),
                ("room", models.CharField(blank=True, max_length=20)),
                ("place", models.CharField(blank=True, help_text="Address of the building, when it is not the head office (R1)", max_length=200)),
                ("weekdays", django.contrib.postgres.fields.ArrayField(
                    base_field=models.PositiveSmallIntegerField(), help_text="ISO: 1 = Monday … 7 = Sunday", size=None)),
                ("weeks", models.CharField(choices=[("every", "every week"), ("odd", "odd weeks"), ("even", "even weeks")], default="every",
                                           help_text="By the ISO number of the week", max_length=5)),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
                ("minutes", models.PositiveSmallIntegerField(
                    blank=True, help_text="Of one coupon; empty = as doctor, specialty or institution say", null=True)),
                ("quota_online", share()),
                ("quota_advance", share()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, help_text="Its last day; empty = until it is ended", null=True)),
            ],
            options={"ordering": ["valid_from", "begins"],
                'indexes': [models.Index(fields=["doctor", "valid_from"], name="templates_of_doctors")],
            },
        ),
        *[migrations.AddConstraint("receptiontemplate", models.CheckConstraint(name=name, condition=condition)) for name, condition in (
            ("template_quota_online_is_a_share", Q(quota_online__isnull=True) | Q(quota_online__lte=100)),
            ("template_quota_advance_is_a_share", Q(quota_advance__isnull=True) | Q(quota_advance__lte=100)),
            ("a_template_ends_after_it_begins", Q(ends__gt=F("begins"))),
            ("a_template_names_weekdays", Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & ~Q(weekdays=[])),
            ("a_template_is_somebody_s", Q(doctor__isnull=False) | ~Q(title="")))],
        migrations.CreateModel(
            name="CalendarException",
            fields=[
                key(),
                ("kind", models.CharField(choices=[("holiday", "Holiday of the institution"), ("absence", "Absence of a doctor"),
                                                   ("extra", "Extra day")], max_length=8)),
                ("doctor", maybe("emr.staff", help_text="Empty = everybody")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("as_weekday", models.PositiveSmallIntegerField(blank=True, help_text="An extra day is worked like this ISO weekday", null=True)),
                ("reason", models.CharField(max_length=200)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", maybe("emr.staff")),
            ],
            options={"ordering": ["first"],
                'indexes': [models.Index(fields=["last"], name="exceptions_to_come")],
            },
        ),
        *[migrations.AddConstraint("calendarexception", models.CheckConstraint(name=name, condition=condition)) for name, condition in (
            ("an_exception_ends_after_it_begins", Q(last__gte=F("first"))),
            ("an_exception_says_why", ~Q(reason="")),
            ("an_absence_is_a_doctor_s_and_a_holiday_everybody_s", (
                Q(kind="holiday", doctor__isnull=True) | Q(kind="absence", doctor__isnull=False) | Q(kind="extra"))),
            ("an_extra_day_is_worked_like_a_weekday", (
                Q(kind="extra", as_weekday__gte=1, as_weekday__lte=7) | (~Q(kind="extra") & Q(as_weekday__isnull=True)))))],
        migrations.CreateModel(
            name="CallTask",
            fields=[
                key(),
                ("booking", models.OneToOneField(on_delete=PROTECT, related_name="call_task", to="booking.booking")),
                ("made_at", models.DateTimeField(default=emr.clock.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", maybe("emr.staff")),
                ("outcome", models.CharField(blank=True, choices=[("told", "told"), ("left-word", "left word"), ("not-reached", "not reached")],
                                             max_length=12)),
            ],
            options={
                'indexes': [models.Index(condition=Q(done_at__isnull=True), fields=["made_at"], name="calls_to_make")],
                'constraints': [models.CheckConstraint(
            name="a_finished_call_says_by_whom_and_how", condition=Q(done_at__isnull=True) | (Q(done_by__isnull=False) & ~Q(outcome="")))],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                key(),
                ("sent_at", models.DateTimeField(default=emr.clock.now)),
                ("patient", maybe("emr.patient", help_text="Empty = not identified")),
                ("specialty", maybe("booking.specialty")),
                ("doctor", maybe("emr.staff")),
                ("day", models.DateField(blank=True, null=True)),
                ("reason_code", models.CharField(blank=True, help_text="The refusal it is about", max_length=40)),
                ("text", models.CharField(max_length=1000)),
                ("reply_to", models.CharField(blank=True, help_text="E-mail or telephone for the answer", max_length=200)),
                ("sender", models.CharField(blank=True, help_text="A digest that names nobody: only to count how many one sends", max_length=64)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", maybe("emr.staff")),
                ("answer", models.CharField(blank=True, help_text="Empty = closed without an answer", max_length=1000)),
            ],
            options={
                'indexes': [models.Index(condition=Q(answered_at__isnull=True), fields=["sent_at"], name="appeals_to_answer"), models.Index(fields=["sender", "-sent_at"], name="appeals_of_senders")],
                'constraints': [models.CheckConstraint(name="an_appeal_says_something", condition=~Q(text="")), models.CheckConstraint(
            name="an_answered_appeal_says_by_whom", condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False))],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                key(),
                ("day", models.DateField()),
                ("part", models.CharField(choices=[("administrator", "Duty administrator"), ("doctor", "Duty doctor"),
                                                   ("assistant", "Assistant on duty")], max_length=14)),
                ("staff", to("emr.staff")),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("room", models.CharField(blank=True, max_length=20)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["day", "part"],
                'constraints': [models.UniqueConstraint(
            fields=["day", "part"], condition=Q(replaced_at__isnull=True), name="one_person_per_duty_and_day")],
            },
        ),
        migrations.AddField("reception", "template", models.ForeignKey(
            blank=True, help_text="By which it was made; empty = by hand", null=True, on_delete=PROTECT, related_name="receptions",
            to="booking.receptiontemplate")),
        migrations.AddConstraint("reception", models.UniqueConstraint(fields=["template", "day"], name="one_reception_per_template_and_day")),
        guards.keep_history("booking_receptiontemplate", "booking_calendarexception", "booking_calltask", "booking_appeal", "booking_duty"),
    ]
