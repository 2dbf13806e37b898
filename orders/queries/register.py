"""The controlled-drug register: every move of a controlled drug in a department, in the order it was written, with what was left.

The balance is computed from the moves each time (a window over them), so no line of it can be edited apart from them. The
order is that of writing, as in a bound book: a late entry stands where it was written, with its own time of happening.
"""
from decimal import Decimal

from django.db.models import ExpressionWrapper, F, Q, Sum, Value, Window

from emr.models import Staff
from emr.models.fields import ExactDecimalField
from emr.permissions import ROLES
from emr.queries.staff_pin import CAN_SIGN
from orders.models import Medication, StockCountLine, StockMove
from orders.queries.stock import with_rests

NOTHING = Decimal(0)
ORDER = ("recorded_at", "pk")
SIGNERS = [role for role, names in ROLES.items() if "orders.see_register" in names]


def _moves(medication, department):
    return StockMove.objects.live().filter(lot__medication=getattr(medication, "pk", medication),
                                           department=getattr(department, "pk", department))


def balance(medication, department, before=None) -> Decimal:
    """Stock units of all lots of the drug in the department, of lines written before a moment (default: all)."""
    rows = _moves(medication, department)
    if before:
        rows = rows.filter(recorded_at__lt=before)
    return rows.aggregate(left=Sum("quantity"))["left"] or NOTHING


def lines(medication, department, *, since=None, until=None):
    """The register's lines with `balance` after each, as written from `since` up to `until` (aware); oldest first.

    Two statements, however long: what was left before, and the lines.
    """
    rows = _moves(medication, department)
    opening = NOTHING
    if since:
        opening, rows = balance(medication, department, since), rows.filter(recorded_at__gte=since)
    if until:
        rows = rows.filter(recorded_at__lt=until)
    running = Window(Sum("quantity"), order_by=[F(name).asc() for name in ORDER])
    exact = ExactDecimalField()
    return with_rests(rows).annotate(balance=ExpressionWrapper(running + Value(opening, output_field=exact),
                                                               output_field=exact)).select_related(
        "lot", "patient", "encounter", "witness", "recorded_by", "mirrored_by", "mirrors", "issued_from__department",
        "issued_to__department").order_by(*ORDER)


def kept(departments):
    """The registers there are: one dictionary per controlled drug and department, with what is left; by department and drug."""
    rows = StockMove.objects.live().filter(department__in=departments, lot__medication__is_controlled=True)
    return rows.values("department", medication=F("lot__medication")).annotate(
        left=Sum("quantity"), name=F("lot__medication__name"), strength=F("lot__medication__strength"),
        stock_unit=F("lot__medication__stock_unit"), department_name=F("department__name")).order_by(
            "department_name", "name", "strength", "medication", "department")


def controlled(medication) -> Medication | None:
    """The product, if it is a controlled one."""
    return Medication.objects.filter(pk=medication, is_controlled=True).first()


def last_counts(medication, department, number=5):
    """The newest lines of counts of this drug here, with who signed."""
    rows = StockCountLine.objects.filter(lot__medication=medication, count__department=department)
    return rows.select_related("count__recorded_by", "count__witness", "lot").order_by("-count__counted_at", "-pk")[:number]


def signers(department, actor):
    """Who may sign with the actor: the others who work with the register of this department, and the pharmacy; by name."""
    here = Q(roles__department=getattr(department, "pk", department)) | Q(roles__role="pharmacist")
    return Staff.objects.filter(here, CAN_SIGN, roles__role__in=SIGNERS, left_on=None, kind=Staff.Kind.PERSON).exclude(
        pk=actor.pk).distinct().order_by("family", "given", "pk")
