"""Infusions of orders: what is in the bag, which rates were ordered, the weight that dose rates rest on."""
from emr.models import Observation
from orders.models import Infusion, InfusionRate
from orders.queries.safety import WEIGHT


def last_weight(patient):
    """(kilograms, when) of the patient's last weight, or (None, None). One query."""
    row = Observation.objects.live().filter(patient=getattr(patient, "pk", patient), code__in=WEIGHT,
                                            value__isnull=False).order_by(
        "-effective_at").values_list("value", "unit", "effective_at").first()
    if row is None or row[1] not in ("kg", "g"):
        return None, None
    return (row[0] if row[1] == "kg" else row[0] / 1000), row[2]


def of_request(request) -> Infusion | None:
    """What is in the bag of this order; None for an order that is no infusion."""
    return Infusion.objects.filter(request=getattr(request, "pk", request)).first()


def rates_of(requests) -> dict:
    """Ordered rates that stand, by order, in the order in which they were written. One query."""
    found = {}
    rows = InfusionRate.objects.live().filter(request__in=[getattr(each, "pk", each) for each in requests])
    for row in rows.select_related("recorded_by").order_by("recorded_at", "pk"):
        found.setdefault(row.request_id, []).append(row)
    return found


def bags_of(requests) -> dict:
    """What is in the bag, by order; one query, none when no order runs without an end of its own."""
    wanted = [row.pk for row in requests if row.timing.get("continuous")]
    return {row.request_id: row for row in Infusion.objects.filter(request__in=wanted)} if wanted else {}
