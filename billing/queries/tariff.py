"""Prices."""
from billing.models import Tariff


def listed(actor=None, *, kind="", on=None):
    """Prices by kind and code, with those that no longer or not yet hold; `on` leaves only the prices of a day."""
    rows = Tariff.objects.select_related("payer")
    if kind:
        rows = rows.filter(kind=kind)
    if on:
        rows = rows.filter(valid__contains=on)
    return rows.order_by("kind", "code", "payer__code", "-valid")
