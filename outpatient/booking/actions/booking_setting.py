"""How coupons are given out: the institution's setting, a specialty, a doctor, the shares of one reception.

Each change is one act that tells the old and the new value; it holds at once and only forward (R28).
"""
import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Institution, Staff
from outpatient.booking import errors
from outpatient.booking.models import BookingSetting, DoctorSetting, Reception, Specialty

SETTING = ("online_hours", "horizon_days", "same_day_online", "quota_online", "quota_advance", "release_time", "month_limit",
           "hold_minutes",
           "paper_required", "identification", "checkin_lead_minutes", "grace_minutes", "reminder_time", "housecall_from",
           "housecall_until", "housecall_days", "housecall_closing", "second_factor", "slip_names_specialty", "no_show_ladder",
           "reopen_delay_minutes", "age_from", "age_to", "population", "step_minutes")
SPECIALTY = ("name", "name_ru", "name_be", "is_published", "needs_referral", "by_district", "quota_online", "quota_advance",
             "step_minutes")
DOCTOR = ("specialty", "is_published", "quota_online", "quota_advance", "step_minutes")
SHARES = ("quota_online", "quota_advance")


@act("booking.change_setting")
def change_setting(*, by, **changes):
    """Change how this institution gives out its coupons (spec booking 14). Raises Malformed, NothingChanged."""
    institution = Institution.objects.select_for_update(no_key=True).get(is_ours=True)
    row = BookingSetting.objects.filter(institution=institution).first() or BookingSetting(institution=institution)
    if "online_hours" in changes:
        check_hours(changes["online_hours"])
    return _write(row, SETTING, changes)


@act("booking.set_specialty")
def set_specialty(specialty=None, *, by, code="", **changes):
    """Add a specialty, or change whether it is shown, needs a referral, and its shares. Raises Malformed, NothingChanged."""
    row = Specialty(code=code) if specialty is None else Specialty.objects.select_for_update(no_key=True).get(
        pk=getattr(specialty, "pk", specialty))
    if specialty is None and Specialty.objects.filter(code=code).exists():
        raise Malformed(problem="code: there is such a specialty already")
    return _write(row, SPECIALTY, changes)


@act("booking.set_doctor")
def set_doctor(doctor, *, by, **changes):
    """State what a doctor is asked for, and where his shares differ from his specialty's. Raises Malformed, NothingChanged."""
    doctor = Staff.objects.select_for_update(no_key=True).get(pk=getattr(doctor, "pk", doctor))
    row = DoctorSetting.objects.filter(doctor=doctor).first() or DoctorSetting(doctor=doctor)
    if changes.get("specialty"):
        changes["specialty"] = Specialty.objects.get(pk=getattr(changes["specialty"], "pk", changes["specialty"]))
    if row.specialty_id is None and not changes.get("specialty"):
        raise Malformed(problem="specialty: what the doctor is asked for is needed")
    return _write(row, DOCTOR, changes)


@act("booking.set_shares")
def set_shares(reception, *, by, **changes):
    """Set the shares of one reception; empty = what doctor, specialty or institution say. Raises Malformed, NothingChanged."""
    row = Reception.objects.select_for_update(no_key=True).filter(pk=getattr(reception, "pk",
                                                                             reception), cancelled_at__isnull=True).first()
    if row is None:
        raise NotFound()
    return _write(row, SHARES, changes)


def _write(row, allowed, changes):
    """Set what is different and tell old and new; the row's own rules are asked first."""
    if unknown := set(changes) - set(allowed):
        raise Malformed(problem=f"{', '.join(sorted(unknown))}: no such setting")
    is_new = row._state.adding
    old = {name: None if is_new else getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    told = {name: [_plain(old[name]), _plain(value)] for name, value in changes.items() if is_new or old[name] != value}
    if not told and not is_new:
        raise errors.NothingChanged()
    _check(row)
    row.save()
    record(row, changes=told)
    return row


def _check(row):
    """Fields and check constraints of a row about to be written. Raises Malformed."""
    try:
        row.clean_fields()
        for constraint in row._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                constraint.validate(type(row), row)
    except ValidationError as error:
        fields = getattr(error, "error_dict", {})
        raise Malformed(problem=": ".join([*list(fields)[:1], error.messages[0]])) from error


def _plain(value):
    """A value as the journal keeps it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, bool | int | str | list | None) else str(getattr(value, "code", value))


def check_hours(hours):
    """Hours in which orders are taken online: a list of {"days", "from", "until"}, ISO weekdays and HH:MM. Raises Malformed."""
    try:
        for row in hours:
            days = row.get("days", [1])
            begins, ends = dt.time.fromisoformat(row["from"]), dt.time.fromisoformat(row["until"])
            if set(row) - {"days", "from", "until"} or not days or not set(days) <= set(range(1, 8)) or begins >= ends:
                raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Malformed(problem='online_hours: such as [{"days": [1, 2, 3, 4, 5], "from": "07:00", "until": "20:00"}]; empty = '
                                'always') from error
