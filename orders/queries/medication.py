"""Finding products of the formulary."""
import re
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, Sum, Value, When

from emr import clock
from orders.models import ClassMembership, Medication, StockMove


def plain(text) -> str:
    """A drug name made comparable: no case, no underscores or doubled spaces."""
    return re.sub(r"[\s_]+", " ", str(text or "")).strip().casefold()


def search(text="", *, active=True):
    """Products whose name, trade name or substance contains every word of the text; names that begin with it first."""
    rows = Medication.objects.filter(is_active=True) if active else Medication.objects.all()
    wanted = plain(text)
    for word in wanted.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(name_ru__icontains=word) | Q(trade_name__icontains=word)
                           | Q(other_names__contains=[word]) | Q(strength__icontains=word) | Q(code__iexact=word)
                           | Q(atc__istartswith=word)
                           | Q(form__icontains=word))
    if not wanted:
        return rows.order_by("name", "strength", "id")
    begin = wanted.split()[0]
    first = Case(When(Q(name__istartswith=begin) | Q(name_ru__istartswith=begin), then=Value(0)), default=Value(1),
                 output_field=IntegerField())
    return rows.annotate(nearness=first).order_by("nearness", "name", "strength", "id")


def find_medication(name) -> Medication | None:
    """The active product that is called exactly so: name, trade name, other name or code; case plays no part.

    Of several products of one name the one that lists it among its other names is meant; a caller who wants another one
    names its code.
    """
    wanted = plain(name)
    if not wanted:
        return None
    rows = Medication.objects.filter(is_active=True).filter(
        Q(name__iexact=wanted) | Q(name_ru__iexact=wanted) | Q(trade_name__iexact=wanted) | Q(code__iexact=wanted)
        | Q(other_names__contains=[wanted]))
    first = Case(When(Q(other_names__contains=[wanted]), then=Value(0)), When(Q(name__iexact=wanted), then=Value(1)),
                 default=Value(2), output_field=IntegerField())
    return rows.order_by(first, "strength", "id").first()


def called(names):
    """Active products of which a name, or the name of a substance, begins with one of these names. One query."""
    wanted = Q(pk__in=[])
    for name in names:
        wanted |= Q(name__istartswith=name) | Q(name_ru__istartswith=name) | Q(trade_name__istartswith=name) | Q(
            other_names__contains=[name]) | Q(code__iexact=name) | Q(ingredients__ingredient__name__istartswith=name) | Q(
            ingredients__ingredient__name_ru__istartswith=name)
    return Medication.objects.filter(wanted, is_active=True).distinct().order_by("name", "strength", "id")


def main_names(name) -> set[str]:
    """The name and the main names of the substance it is another name of ("цефтриаксон" → "ceftriaxone"). One query."""
    rows = ClassMembership.objects.filter(substance=plain(name), key__startswith="substance:").values_list("key", flat=True)
    return {plain(name), *(key.split(":", 1)[1] for key in rows)}


def left_in(medication, department) -> Decimal:
    """Stock units of the product that lie in the department and are not expired. One query."""
    rows = StockMove.objects.live().filter(lot__medication=medication, department=department, lot__expires_on__gte=clock.today())
    return rows.aggregate(left=Sum("quantity"))["left"] or Decimal(0)
