"""What is written beside an order that runs by rate: the bag, and how fast it is to run. Inside the acts on the order."""
from emr import clock
from orders.models import Infusion, InfusionRate
from orders.queries import infusion as queries
from orders.rules import infusion as rules


def rate_of(request, bag, rate, unit, *, since, by, reason="") -> InfusionRate:
    """A rate with its conversion, not saved yet; the order is locked or new. Raises what the conversion refuses."""
    weight = at = None
    if rules.is_by_weight(unit):
        weight, at = queries.last_weight(request.patient_id)
    converted = rules.to_ml_per_hour(rate, unit, amount=request.dose, amount_unit=request.dose_unit, bag_volume=bag.bag_volume,
                                     weight=weight)
    return InfusionRate(request=request, since=since, rate=rules.number(rate, "rate"), unit=unit,
                        ml_per_hour=converted.ml_per_hour,
                        weight=weight, weight_at=at, reason=reason, recorded_by=by, recorded_at=clock.now())


def begin(request, plan, *, by) -> Infusion:
    """Write what is in the bag and the first rate of a new order, inside the act that prescribes it."""
    bag = Infusion.objects.create(request=request, bag_volume=plan["bag_volume"], diluent=plan["diluent"],
                                  total_volume=plan["total_volume"])
    rate_of(request, bag, plan["rate"], plan["unit"], since=request.starts_at, by=by).save(force_insert=True)
    return bag
