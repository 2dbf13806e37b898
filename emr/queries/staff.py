"""Who works here, in which roles, on which shifts; logins and tokens; openings of charts to be reviewed."""
import datetime as dt

from django.db.models import Prefetch, Q

from emr import clock
from emr.errors import NotFound
from emr.models import ApiToken, BreakGlass, Department, Shift, Staff, StaffRole


def staff(actor=None, text="", role="", department=None):
    """Staff in name order, with login and roles; filtered by words of name, position, number or login."""
    rows = Staff.objects.exclude(kind=Staff.Kind.SYSTEM).select_related("user").prefetch_related(
        Prefetch("roles", StaffRole.objects.select_related("department").order_by("since")))
    for word in (text or "").split()[:5]:
        rows = rows.filter(Q(family__icontains=word) | Q(given__icontains=word) | Q(position__icontains=word)
                           | Q(code__iexact=word) | Q(user__username__iexact=word))
    if role or department:
        today = clock.today()
        held = StaffRole.objects.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today)
        held = held.filter(role=role) if role else held
        held = held.filter(department=department) if department else held
        rows = rows.filter(pk__in=held.values("staff"))
    return rows


def member(actor, staff_id) -> Staff:
    """One member of staff with login and roles. Raises NotFound."""
    row = staff().filter(pk=staff_id).first()
    if row is None:
        raise NotFound()
    return row


def departments(actor=None, kind=""):
    """Departments of our institution, by name."""
    rows = Department.objects.filter(institution__is_ours=True)
    return rows.filter(kind=kind) if kind else rows


def shifts(actor=None, department=None, since=None, until=None):
    """Shifts that touch the time from `since` to `until` (now to a week on unless given), the earliest first."""
    since = since or clock.now()
    until = until or since + dt.timedelta(days=7)
    rows = Shift.objects.filter(during__overlap=(since, until)).select_related("staff", "department").order_by("during")
    return rows.filter(department=department) if department else rows


def tokens(actor=None, user=None):
    """API tokens, the latest first; never the token itself."""
    rows = ApiToken.objects.select_related("user").order_by("-issued_at")
    return rows.filter(user=user) if user else rows


def glasses(actor=None, reviewed=False):
    """Charts opened in an emergency: those still to be reviewed, the oldest first, or the reviewed ones."""
    rows = BreakGlass.objects.select_related("staff", "patient", "reviewed_by")
    if reviewed:
        return rows.filter(reviewed_at__isnull=False).order_by("-reviewed_at")
    return rows.filter(reviewed_at__isnull=True).order_by("opened_at")


def idle_accounts(actor=None):
    """Active logins of people without any role today: to be given one, or ended (monthly review of accounts)."""
    today = clock.today()
    held = StaffRole.objects.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today).values("staff")
    return Staff.objects.filter(kind=Staff.Kind.PERSON, user__is_active=True, left_on__isnull=True).exclude(
        pk__in=held).select_related("user")


def expiring_tokens(actor=None):
    """Live tokens that end within two weeks, the first to end first."""
    now = clock.now()
    return ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=now,
                                   expires_at__lt=now + dt.timedelta(days=14)).select_related("user").order_by("expires_at")
