"""The last vital signs of those who lie in a ward."""
import datetime as dt
from dataclasses import dataclass, field

from emr import clock
from emr.models import Encounter, EncounterLocation, Observation
from nursing.queries.worklist import lying_in

RECENT = dt.timedelta(hours=48)


@dataclass
class Row:
    """One patient of the ward with the newest value of each sign, by code."""

    encounter: Encounter
    place: EncounterLocation | None
    last: dict = field(default_factory=dict)

    @property
    def patient(self):
        return self.encounter.patient

    @property
    def score(self):
        """The newest early warning score."""
        return self.last.get("news2")

    @property
    def scale(self):
        """The oxygen scale that was used last; 2 was a doctor's decision and stays."""
        return (self.score.components or {}).get("scale", 1) if self.score else 1

    @property
    def level(self):
        return self.last.get("acvpu")

    @property
    def oxygen(self):
        return self.last.get("oxygen")

    @property
    def newest(self):
        """The newest value of all, which tells when the patient was last measured."""
        return max(self.last.values(), key=lambda row: row.effective_at, default=None)


def _last(encounters):
    rows = Observation.objects.live().filter(
        encounter__in=encounters, category__in=("vital-signs", "survey"), effective_at__gte=clock.now() - RECENT).exclude(
        code="").order_by("encounter", "code", "-effective_at", "-pk").distinct("encounter", "code")
    found = {}
    for row in rows:
        found.setdefault(row.encounter_id, {})[row.code] = row
    return found


def of_ward(departments) -> list[Row]:
    """Everybody who lies there with his last values; two queries."""
    places = list(lying_in(departments))
    last = _last([place.encounter for place in places])
    return [Row(place.encounter, place, last.get(place.encounter_id, {})) for place in places]


def of_encounter(encounter) -> Row:
    """One row of the table."""
    place = EncounterLocation.objects.live().filter(encounter=encounter, during__upper_inf=True).select_related("bed").first()
    return Row(encounter, place, _last([encounter]).get(encounter.pk, {}))


