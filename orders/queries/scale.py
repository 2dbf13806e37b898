"""The last value that a dose by scale follows from, wherever it was found last."""
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from emr.models import Observation

# Functions (patient, codes, unit, at) -> (value, found_at, row id) or None of upper apps that keep results; they put themselves
# in here.
value_sources = []
# LOINC codes of one thing measured in different ways, of which the newest counts: glucose in capillary blood, blood, serum or
# plasma.
SAME = [{"14743-9", "15074-8", "14749-6", "2345-7"}]


@dataclass(frozen=True)
class Reading:
    """A value with its time and the row it stands in."""

    value: Decimal
    at: dt.datetime
    row: str


def last(patient_id, scale, at) -> Reading | None:
    """The last value of the scale's code in its unit at this moment. One query, and one for each source of results."""
    codes = next((group for group in SAME if scale["code"] in group), {scale["code"]})
    rows = Observation.objects.live().filter(patient=patient_id, code__in=codes, unit=scale["unit"], value__isnull=False,
                                             comparator="", effective_at__lte=at).order_by("-effective_at", "-pk")
    found = [values for values in (rows.values_list("value", "effective_at", "pk").first(), *(
        source(patient_id, codes, scale["unit"], at) for source in value_sources)) if values]
    return Reading(*max(found, key=lambda values: values[1])) if found else None
