"""Who works here: enrolled, given roles for a time, put on shifts, left."""
import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed, NotFound, Refusal
from emr.journal import record
from emr.models import ApiToken, Department, Shift, Staff, StaffRole, User
from emr.permissions import ROLES
from emr.rules import person

NOT_GIVEN = {"patient", "system"}  # roles that follow from being a patient or the system, never from a grant


class StaffCodeTaken(Refusal):
    code = "emr.staff_code_taken"
    message = gettext_lazy("Somebody is already enrolled under the number {code}. Open that entry, or give another number.")


class UsernameTaken(Refusal):
    code = "emr.username_taken"
    message = gettext_lazy("The login {username} already exists. Choose another one.")


class RoleAlreadyHeld(Refusal):
    code = "emr.role_already_held"
    message = gettext_lazy("This role is already held there in that time. End it first, or choose other dates.")


class UnknownRole(Refusal):
    code, status = "emr.unknown_role", 422
    message = gettext_lazy("There is no role “{role}” to grant.")


class RoleEndsTooEarly(Refusal):
    code, status = "emr.role_ends_before_it_begins", 422
    message = gettext_lazy("A role cannot end before it begins. Check the dates.")


class ShiftOverlaps(Refusal):
    code = "emr.shift_overlaps"
    message = gettext_lazy("This person is already on a shift there in that time. Change the hours.")


class HasLeft(Refusal):
    code = "emr.staff_has_left"
    message = gettext_lazy("This person left on {day}.")


acts.LAST_LINE["one_shift_at_a_time_in_a_department"] = ShiftOverlaps
acts.LAST_LINE["a_role_ends_after_it_begins"] = RoleEndsTooEarly
acts.LAST_LINE["emr_staff_code_key"] = lambda: StaffCodeTaken(code="")
acts.LAST_LINE["emr_user_username_key"] = lambda: UsernameTaken(username="")


def lock_staff(staff) -> Staff:
    """The Staff row as it is now; others who change it wait. Raises NotFound."""
    row = Staff.objects.select_for_update(no_key=True).filter(pk=getattr(staff, "pk", staff)).first()
    if row is None:
        raise NotFound()
    return row


def department_of(department) -> Department | None:
    """The department (row, id or None). Raises NotFound."""
    if department is None or isinstance(department, Department):
        return department
    row = Department.objects.filter(pk=department).first()
    if row is None:
        raise NotFound()
    return row


@act("emr.enrol_staff")
def enrol_staff(*, by, family, given="", patronymic="", position="", code, kind="person", username=""):
    """Enrol somebody who acts for the institution, with a login when a user name is given (its password comes apart).

    Raises StaffCodeTaken, UsernameTaken, Malformed, TextTooLong.
    """
    values = person.texts(Staff, family=family, given=given, patronymic=patronymic, position=position, code=code)
    if not values["family"] or not values["code"]:
        raise Malformed(problem=_("family and code: both are needed"))
    if kind not in (Staff.Kind.PERSON, Staff.Kind.INTEGRATION, Staff.Kind.OUTSIDE):
        raise Malformed(problem=_("kind: one of person, integration, outside is needed"))
    if Staff.objects.filter(code=values["code"]).exists():
        raise StaffCodeTaken(code=values["code"])
    user = _new_login(username) if username else None
    staff = Staff.objects.create(kind=kind, user=user, **values)
    record(staff, code=staff.code, kind=kind, username=user.username if user else "")
    return staff


def _new_login(username):
    name = person.text(username, field="username", limit=80).lower()
    if not name or not all(letter.isalnum() or letter in "._-@" for letter in name):
        raise Malformed(problem=_("username: letters, digits and . _ - @ only"))
    if User.objects.filter(username=name).exists():
        raise UsernameTaken(username=name)
    user = User(username=name)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


@act("emr.grant_role")
def grant_role(staff, *, by, role, department=None, since=None, until=None):
    """Give a role in a department (or the whole institution) from `since` to `until`, both days included.

    Raises UnknownRole, RoleAlreadyHeld, RoleEndsTooEarly, HasLeft, NotFound.
    """
    staff, department, since = lock_staff(staff), department_of(department), since or clock.today()
    if role not in ROLES or role in NOT_GIVEN:
        raise UnknownRole(role=role)
    if staff.left_on and staff.left_on <= clock.today():
        raise HasLeft(day=staff.left_on)
    if until and until < since:
        raise RoleEndsTooEarly()
    held = StaffRole.objects.filter(staff=staff, role=role, department=department).exclude(until__lt=since)
    if (held.exclude(since__gt=until) if until else held).exists():
        raise RoleAlreadyHeld()
    granted = StaffRole.objects.create(staff=staff, role=role, department=department, since=since, until=until)
    record(granted, staff=str(staff.pk), role=role, department=str(department.pk) if department else None)
    return granted


@act("emr.end_role")
def end_role(role, *, by, until=None):
    """Let a role end with the day `until` (yesterday unless given, so that it stops at once). Raises RoleEndsTooEarly."""
    row = StaffRole.objects.select_for_update(no_key=True).filter(pk=getattr(role, "pk", role)).first()
    if row is None:
        raise NotFound()
    if until is None:
        until = max(row.since, clock.today() - dt.timedelta(days=1))
    if until < row.since:
        raise RoleEndsTooEarly()
    row.until = until
    row.save(update_fields=["until"])
    record(row, staff=str(row.staff_id), role=row.role, until=until.isoformat())
    return row


@act("emr.set_shift")
def set_shift(staff, *, by, department, starts_at, ends_at):
    """Put somebody on duty in a department from one moment to another (aware; the end is not included).

    Raises ShiftOverlaps, Malformed, NotFound.
    """
    staff, department = lock_staff(staff), department_of(department)
    if ends_at <= starts_at or ends_at - starts_at > dt.timedelta(days=2):
        raise Malformed(problem=_("ends_at: a shift ends after it begins and lasts two days at most"))
    during = DateTimeTZRange(starts_at, ends_at)
    if Shift.objects.filter(staff=staff, department=department, during__overlap=during).exists():
        raise ShiftOverlaps()
    shift = Shift.objects.create(staff=staff, department=department, during=during)
    record(shift, staff=str(staff.pk), department=str(department.pk), starts_at=starts_at.isoformat(),
           ends_at=ends_at.isoformat())
    return shift


@act("emr.end_employment")
def end_employment(staff, *, by, left_on=None):
    """Somebody leaves: no role from the next day on; when that day has come, login and tokens stop at once. Raises HasLeft."""
    staff, left_on = lock_staff(staff), left_on or clock.today()
    if staff.left_on:
        raise HasLeft(day=staff.left_on)
    staff.left_on = left_on
    staff.save(update_fields=["left_on"])
    if staff.user_id and left_on <= clock.today():
        User.objects.filter(pk=staff.user_id).update(is_active=False)
        ApiToken.objects.filter(user=staff.user_id, revoked_at__isnull=True).update(revoked_at=clock.now())
    record(staff, left_on=left_on.isoformat())
    return staff
