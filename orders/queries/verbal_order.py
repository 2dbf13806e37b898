"""Verbal orders: who has to sign which, what is overdue by the clock, what was disputed."""
import datetime as dt

from django.db.models import BooleanField, Case, Q, Value, When

from emr import clock
from emr.models import Encounter
from orders.models import OrderSetting, VerbalOrder
from orders.queries import order_policy

TOLD_FOR = dt.timedelta(days=3)  # a dispute stands so long on the first page of those who were told


def _rows(setting: OrderSetting | None = None):
    hours = (setting or order_policy.setting()).sign_verbal_within_hours
    late = clock.now() - dt.timedelta(hours=hours)
    overdue = Case(When(signed_at__isnull=True, disputed_at__isnull=True, recorded_at__lte=late, then=Value(True)),
                   default=Value(False), output_field=BooleanField())
    return VerbalOrder.objects.filter(request__error_at__isnull=True).annotate(is_overdue=overdue).select_related(
        "request__medication", "request__prescriber", "request__patient", "request__encounter", "recorded_by", "disputed_by")


def _open(rows):
    return rows.filter(signed_at__isnull=True, disputed_at__isnull=True).order_by("recorded_at", "pk")


def to_sign(doctor):
    """What this doctor told and has not signed, the oldest first, with `is_overdue`. Two queries."""
    return _open(_rows()).filter(request__prescriber=doctor)


def taken_in(departments, nurse):
    """Unsigned ones of open stays in these departments and those this nurse took, the oldest first. Two queries."""
    return _open(_rows()).filter(Q(recorded_by=nurse) | Q(request__encounter__in=_open_stays(departments)))


def overdue_of_others(departments, doctor):
    """Overdue ones that other doctors told in these departments: a colleague who treats the patient may sign them."""
    return _open(_rows()).filter(is_overdue=True, request__encounter__in=_open_stays(departments)).exclude(
        request__prescriber=doctor)


def disputed(departments, nurse):
    """Disputed in the last three days: those this nurse took, and those of these departments. Two queries."""
    return _rows().filter(disputed_at__gt=clock.now() - TOLD_FOR).filter(
        Q(recorded_by=nurse) | Q(request__encounter__department__in=departments)).order_by("-disputed_at", "pk")


def unsigned_verbal(encounter):
    """Verbal orders of the stay or visit that nobody has signed or disputed, the oldest first. Two queries."""
    return _open(_rows()).filter(request__encounter=getattr(encounter, "pk", encounter))


def of_encounter(encounter):
    """All verbal orders of the stay or visit, the newest first. Two queries."""
    return _rows().filter(request__encounter=getattr(encounter, "pk", encounter)).order_by("-recorded_at", "-pk")


def one(verbal_id) -> VerbalOrder | None:
    """A verbal order with its order, drug, patient and stay. Two queries."""
    return _rows().filter(pk=verbal_id).first()


def _open_stays(departments):
    return Encounter.objects.live().filter(department__in=departments, finished_at__isnull=True).values("pk")
