"""What lies where: always the sum of the moves of a lot, never a stored counter."""
import datetime as dt
from decimal import Decimal

from django.db.models import F, Max, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from emr import clock
from emr.models import Department
from emr.models.fields import ExactDecimalField
from orders.models import StockLot, StockMove

NOTHING = Decimal(0)
LATELY = dt.timedelta(days=30)  # a lot that ran out within this time still stands on the count sheet


def departments_of(actor):
    """The departments whose stock the actor works with: the pharmacy with all, others with those they work in."""
    if actor.may("orders.add_medication"):
        return Department.objects.all()
    return Department.objects.filter(pk__in=actor.department_ids)


def left(lot, department) -> Decimal:
    """How many stock units of the lot lie in the department. Exact only for who holds the lot's lock."""
    rows = StockMove.objects.live().filter(lot=getattr(lot, "pk", lot), department=getattr(department, "pk", department))
    return rows.aggregate(left=Sum("quantity"))["left"] or NOTHING


def first_to_expire(medication, department, quantity=None, day=None) -> StockLot | None:
    """The lot to take from: not expired, holding at least `quantity` (else anything), the first to expire. One query."""
    found = StockLot.objects.filter(
        medication=getattr(medication, "pk", medication), moves__department=getattr(department, "pk", department),
        moves__error_at__isnull=True, expires_on__gte=day or clock.today()).annotate(left=Sum("moves__quantity"))
    found = found.filter(left__gte=quantity) if quantity else found.filter(left__gt=0)
    return found.order_by("expires_on", "received_at", "pk").first()


def is_kept(medication, department) -> bool:
    """Does this department keep stock of the drug at all (even if none is left now)?"""
    return StockMove.objects.live().filter(lot__medication=getattr(medication, "pk", medication),
                                           department=getattr(department, "pk", department)).exists()


def lying(departments=None, *, text="", expiring_days=None, low=None):
    """What lies where: one dictionary per lot and department with something left, the first to expire first.

    Keys: lot, lot_number, expires_on, unit_cost, medication, name, strength, stock_unit, department, department_name, left.
    `expiring_days`: only what expires within so many days; `low`: only where at most so many units are left.
    """
    rows = StockMove.objects.live()
    if departments is not None:
        rows = rows.filter(department__in=departments)
    for word in text.split()[:6]:
        rows = rows.filter(lot__medication__name__icontains=word)
    if expiring_days is not None:
        rows = rows.filter(lot__expires_on__lte=clock.today() + dt.timedelta(days=expiring_days))
    summed = rows.values("lot", "department").annotate(
        left=Sum("quantity"), lot_number=F("lot__lot_number"), expires_on=F("lot__expires_on"),
        unit_cost=F("lot__unit_cost"), medication=F("lot__medication"), name=F("lot__medication__name"),
        strength=F("lot__medication__strength"), stock_unit=F("lot__medication__stock_unit"),
        department_name=F("department__name")).filter(left__gt=0)
    if low is not None:
        summed = summed.filter(left__lte=low)
    return summed.order_by("expires_on", "name", "department_name", "lot")


def running_low(departments, *, low=20):
    """Drugs of which at most `low` units are left in a department that keeps them, all lots together; fewest first."""
    rows = StockMove.objects.live().filter(department__in=departments)
    summed = rows.values("department", "lot__medication").annotate(
        left=Sum("quantity"), name=F("lot__medication__name"), strength=F("lot__medication__strength"),
        stock_unit=F("lot__medication__stock_unit"), department_name=F("department__name"))
    return summed.filter(left__lte=low).order_by("left", "name", "department")


def with_rests(moves):
    """Moves with `rest_wasted`: how much of the unit opened for the dose was thrown away and stands, stock units, plus."""
    wasted = StockMove.objects.filter(rest_of=OuterRef("pk"), mirrored_by__isnull=True).order_by().values("rest_of").annotate(
        all=Sum("quantity")).values("all")
    exact = ExactDecimalField()
    return moves.annotate(rest_wasted=Coalesce(Subquery(wasted, output_field=exact) * Value(-1),
                                               Value(NOTHING, output_field=exact), output_field=exact))


def left_of(lots, department) -> dict:
    """{lot id: stock units left in the department}, for lots whose locks the caller holds; one statement."""
    rows = StockMove.objects.live().filter(lot__in=lots, department=getattr(department, "pk", department))
    return dict(rows.values_list("lot").annotate(Sum("quantity")))


def to_count(department, *, text="", controlled=None):
    """The count sheet: one dictionary per lot that lies in the department or ran out lately, by drug and expiry.

    Keys: lot, lot_number, expires_on, medication, name, strength, stock_unit, is_controlled, left. `controlled`: only such
    drugs (True).
    """
    rows = StockMove.objects.live().filter(department=getattr(department, "pk", department))
    if controlled is not None:
        rows = rows.filter(lot__medication__is_controlled=controlled)
    for word in text.split()[:6]:
        rows = rows.filter(lot__medication__name__icontains=word)
    summed = rows.values("lot").annotate(
        left=Sum("quantity"), last=Max("happened_at"), lot_number=F("lot__lot_number"), expires_on=F("lot__expires_on"),
        medication=F("lot__medication"), name=F("lot__medication__name"), strength=F("lot__medication__strength"),
        stock_unit=F("lot__medication__stock_unit"), is_controlled=F("lot__medication__is_controlled"))
    return summed.filter(Q(left__gt=0) | Q(last__gte=clock.now() - LATELY)).order_by("name", "strength", "expires_on", "lot")
