"""Finding products of the formulary."""
import re

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, IntegerField, Q, Value, When

from orders.models import Medication


def plain(text) -> str:
    """A drug name made comparable: no case, no underscores or doubled spaces."""
    return re.sub(r"[\s_]+", " ", str(text or "")).strip().casefold()


def search(text="", *, active=True):
    """Products whose name, trade name or substance contains every word of the text; names that begin with it first."""
    rows = Medication.objects.filter(is_active=True) if active else Medication.objects.all()
    wanted = plain(text)
    for word in wanted.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(name_ru__icontains=word) | Q(trade_name__icontains=word)
                           | Q(other_names__contains=[word]) | Q(strength__icontains=word) | Q(code__iexact=word) | Q(atc__istartswith=word)
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


def with_ingredients():
    """Products with the names of their substances beside them (`ingredient_names`, a list), in one query."""
    return Medication.objects.annotate(
        ingredient_names=ArrayAgg("ingredients__ingredient__name", filter=Q(ingredients__isnull=False), default=Value([])))
