"""Templates of receptions and exceptions of the calendar; receptions are made of them, each once."""
import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed, ReasonMissing
from emr.journal import record
from emr.models import Department, Staff
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.reception import check_texts_and_shares, specialty_of, times_of, write_reception
from outpatient.booking.models import Booking, CalendarException, DoctorSetting, Reception, ReceptionTemplate, Specialty
from outpatient.booking.queries import timetable as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.timetable import days_of

acts.LAST_LINE["one_reception_per_template_and_day"] = errors.NothingToMake
LONGEST = dt.timedelta(days=400)


@act("booking.add_template")
def add_template(*, by, department, weekdays, begins, ends, doctor=None, title="", specialty=None, room="", place="",
                 weeks="every", minutes=None, quota_online=None, quota_advance=None, valid_from=None, valid_until=None):
    """State on which weekdays a doctor or room receives, from when to when; receptions are made of it ahead of time.

    `weekdays`: ISO, 1 = Monday. `minutes` of one coupon, `specialty`, shares: default as doctor, specialty or institution
    say. Raises Malformed, NoRoomForACoupon.
    """
    doctor = Staff.objects.get(pk=getattr(doctor, "pk", doctor)) if doctor else None
    check_texts_and_shares(doctor, title, room, place, quota_online, quota_advance)
    weekdays = sorted(set(weekdays))
    if not weekdays or not set(weekdays) <= set(range(1, 8)) or weeks not in ReceptionTemplate.Weeks.values:
        raise Malformed(problem="weekdays: numbers from 1 (Monday) to 7 are needed; weeks: every, odd or even")
    valid_from = valid_from or clock.today()
    if ends <= begins or (valid_until and valid_until < valid_from):
        raise Malformed(problem="the end lies before the beginning")
    specialty = Specialty.objects.get(pk=getattr(specialty, "pk", specialty)) if specialty else specialty_of(doctor)
    template = ReceptionTemplate(
        department=department if isinstance(department, Department) else Department.objects.get(pk=department), doctor=doctor,
        title=title.strip(),
        specialty=specialty, room=room, place=place, weekdays=weekdays, weeks=weeks, begins=begins, ends=ends, minutes=minutes,
        quota_online=quota_online, quota_advance=quota_advance, valid_from=valid_from, valid_until=valid_until)
    far = clock.today() + dt.timedelta(days=1)
    times_of(_moment(far, begins), _moment(far, ends), step_of(template))
    template.save(force_insert=True)
    record(template, doctor=doctor and str(doctor.pk), weekdays=weekdays, begins=str(begins), ends=str(ends))
    return template


@act("booking.end_template")
def end_template(template, *, by, until):
    """A template holds until that day; receptions made for later which nobody has booked are taken back, the others stay.

    Raises Malformed for a day on which the template does not hold.
    """
    template = _lock(template)
    if until < template.valid_from or (template.valid_until and until > template.valid_until):
        raise Malformed(problem="until: a day on which the template holds is needed")
    template.valid_until = until
    template.save(update_fields=["valid_until"])
    later = Reception.objects.select_for_update(no_key=True).filter(template=template, day__gt=until,
                                                                    cancelled_at__isnull=True).order_by("pk")
    rows = list(later)
    booked = set(Booking.objects.standing().filter(reception__in=rows).values_list("reception", flat=True))
    empty = [row.pk for row in rows if row.pk not in booked]
    Reception.objects.filter(pk__in=empty).update(cancelled_at=clock.now(), cancelled_by=by,
                                                  cancel_reason=_("The timetable changed"))
    record(template, until=until.isoformat(), taken_back=len(empty), stay=len(booked))
    return template


@act("booking.make_receptions")
def make_receptions(template, *, by, until=None):
    """Make the receptions of a template up to that day (default: horizon and two weeks), each day once.

    What was made before stays as it is, also when somebody changed or cancelled it; a day on which doctor or room receives
    otherwise is left out. Raises NothingToMake.
    """
    template = _lock(template)
    if template.doctor_id:  # receptions of one doctor are published one after the other
        Staff.objects.select_for_update(no_key=True).get(pk=template.doctor_id)
    until, made, skipped = until or queries.made_until(), [], []
    if until > clock.today() + LONGEST:
        raise Malformed(problem="until: a day within the next 400 days is needed")
    done, minutes = queries.days_made(template), step_of(template)
    for day in days_of(template, clock.today(), until, list(queries.exceptions(last=until))):
        begins, ends = _moment(day, template.begins), _moment(day, template.ends)
        if day in done or ends <= clock.now():
            continue
        if queries.in_the_way(template, begins, ends):
            skipped.append(day.isoformat())
            continue
        write_reception(
            times_of(begins, ends, minutes), minutes, template=template, department=template.department, doctor=template.doctor,
            specialty=template.specialty, room=template.room, place=template.place, title=template.title, starts_at=begins,
            ends_at=ends, quota_online=template.quota_online, quota_advance=template.quota_advance)
        made.append(day)
    if not made:
        raise errors.NothingToMake(until=until, skipped=len(skipped))
    template.made_now, template.skipped = len(made), skipped
    record(template, made=len(made), until=until.isoformat(), skipped=skipped)
    return template


def step_of(template) -> int:
    """Minutes of one coupon: the template's, else the doctor's, the specialty's, the institution's."""
    own = template.doctor_id and DoctorSetting.objects.filter(doctor=template.doctor_id).values_list(
        "step_minutes", flat=True).first()
    kind = template.specialty and template.specialty.step_minutes
    return template.minutes or own or kind or setting().step_minutes


def _lock(template) -> ReceptionTemplate:
    return ReceptionTemplate.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "doctor", "department", "specialty").get(pk=getattr(template, "pk", template))


def _moment(day, time):
    return timezone.make_aware(dt.datetime.combine(day, time))


@act("booking.add_exception")
def add_exception(*, by, kind, first, last=None, reason, doctor=None, as_weekday=None):
    """A holiday, a doctor's absence, or a day worked like another weekday. Receptions made already are not touched by it.

    Those of an absence or holiday are then cancelled one by one, with their patients told (cancel_reception). Raises
    ReasonMissing, Malformed.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(CalendarException, reason=reason)
    last, kinds = last or first, CalendarException.Kind
    if kind not in kinds.values or last < first or last - first > LONGEST:
        raise Malformed(problem="kind, first, last: a holiday, absence or extra day whose end is not before its beginning")
    if (kind == kinds.ABSENCE and not doctor) or (kind == kinds.HOLIDAY and doctor) or (kind == kinds.EXTRA) != bool(as_weekday):
        raise Malformed(problem="an absence names its doctor, a holiday nobody, an extra day the weekday it is worked like")
    if as_weekday and not 1 <= as_weekday <= 7:
        raise Malformed(problem="as_weekday: a number from 1 (Monday) to 7 is needed")
    if doctor:  # whoever makes his receptions at this moment comes before or sees the exception
        doctor = Staff.objects.select_for_update(no_key=True).get(pk=getattr(doctor, "pk", doctor))
    row = CalendarException.objects.create(kind=kind, doctor=doctor or None, first=first, last=last, as_weekday=as_weekday,
                                           reason=reason)
    record(row, kind=kind, doctor=str(doctor.pk) if doctor else None, first=first.isoformat(), last=last.isoformat(),
           reason=reason)
    return row


@act("booking.withdraw_exception")
def withdraw_exception(exception, *, by):
    """The exception does not hold after all; receptions that are missing are made again by the next making."""
    row = CalendarException.objects.select_for_update(no_key=True).get(pk=getattr(exception, "pk", exception))
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = clock.now(), by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(row, reason=row.reason)
    return row
