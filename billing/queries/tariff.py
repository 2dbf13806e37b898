"""Prices."""
from billing.models import Payer, Tariff
from emr import clock


def listed(actor=None, *, kind="", on=None):
    """Prices by kind and code, with those that no longer or not yet hold; `on` leaves only the prices of a day."""
    rows = Tariff.objects.select_related("payer")
    if kind:
        rows = rows.filter(kind=kind)
    if on:
        rows = rows.filter(valid__contains=on)
    return rows.order_by("kind", "code", "payer__code", "-valid")


def matrix(on=None) -> tuple[list, list]:
    """Payers, and what each of them pays on a day: (kind, code, name, common price, prices in the order of the payers)."""
    payers, rows = list(Payer.objects.order_by("name")), {}
    for row in Tariff.objects.filter(valid__contains=on or clock.today()).order_by("kind", "code"):
        line = rows.setdefault((row.kind, row.code), {"kind": row.get_kind_display(), "code": row.code, "name": row.name,
                                                      "own": {}, "common": None})
        if row.payer_id:
            line["own"][row.payer_id] = row
        else:
            line |= {"common": row, "name": row.name}
    return payers, [line | {"prices": [(line["own"].get(payer.pk), line["common"]) for payer in payers]}
                    for line in rows.values()]
