"""Values of a stay for its temperature sheet (B6)."""
from emr.models import Observation


def values(stay, since, until, codes):
    """(code, moment, value) of these signs in the time, oldest first."""
    return Observation.objects.live().filter(
        encounter=stay, code__in=codes, value__isnull=False, effective_at__gte=since, effective_at__lt=until).order_by(
        "effective_at").values_list("code", "effective_at", "value")
