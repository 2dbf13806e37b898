"""From what was scanned to the dose: the patient by his wristband, then the dose of his that the pack is for."""
from dataclasses import dataclass

from emr import clock
from emr.access import chart_for
from emr.models import Encounter, EncounterLocation
from nursing.errors import UnreadableCode, WrongPatient
from nursing.queries import dose_scan as queries
from nursing.queries.worklist import allergies_of
from nursing.rules import pack as packs
from nursing.rules.dose_status import AHEAD, MISSED_AFTER, OPEN
from nursing.rules.sheet import Cell, Line, Lying, fill


@dataclass
class Bedside:
    """What stands at the bed after a scan: the patient with his doses, the wristband's code, the pack."""

    person: Lying | None
    wristband: str
    pack: packs.Scanned | None = None

    @property
    def due(self) -> list[Cell]:
        """The doses to be given now or soon, the most pressing first."""
        cells = [cell for line in self.person.lines for cell in line.cells if cell.status in OPEN] if self.person else []
        return sorted(cells, key=lambda cell: (OPEN.index(cell.status), cell.dose.due_at))

    @property
    def as_needed(self) -> list[Line]:
        return [line for line in self.person.lines if line.request.as_needed and not line.request.error_at] if self.person else []

    def fitting(self) -> tuple[Cell | None, Line | None]:
        """The first due dose of the pack's drug, else the order as needed of it. With an unknown pack nothing fits by itself."""
        cell = next((cell for cell in self.due if self.pack.holds(cell.line.request.medication)), None)
        return cell, None if cell else next((line for line in self.as_needed if self.pack.holds(line.request.medication)), None)


def scanned(actor, code: str, wristband: str = "") -> Bedside:
    """Read a code; `wristband`: the one scanned before it. The chart is opened and the reading logged.

    Raises UnreadableCode, WrongPatient (a second wristband at the same bed is a new patient, never a mixture), ChartNotVisible.
    """
    worn = queries.wearer(code)
    if worn:
        return Bedside(_person(actor, worn), code)
    pack = packs.read(code, clock.today())
    if not wristband:
        return Bedside(None, "", pack)
    worn = queries.wearer(wristband)
    if worn is None:
        raise WrongPatient(scanned=wristband[:40], patient="?", number="?")
    return Bedside(_person(actor, worn), wristband, pack)


def _person(actor, patient) -> Lying:
    chart = chart_for(actor, patient, "scan")
    if not chart.shows("doses"):
        raise UnreadableCode(problem="doses")
    now = clock.now()
    place = EncounterLocation.objects.live().filter(
        encounter__patient=patient, encounter__finished_at__isnull=True, encounter__error_at__isnull=True,
        during__contains=now).select_related("encounter__patient", "bed").order_by("-encounter__started_at").first()
    encounter = place.encounter if place else Encounter.objects.live().filter(
        patient=patient, finished_at__isnull=True).select_related("patient").order_by("-started_at").first()
    if encounter is None:
        return Lying(Encounter(patient=patient), None)
    person = Lying(encounter, place)
    fill([person], since=now - MISSED_AFTER, until=now + AHEAD, now=now)
    person.allergies = allergies_of([patient]).get(patient.pk, [])
    return person
