"""What a patient in the emergency room waits for, read from the first step not yet done (A7)."""
import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from admissions.models import EmergencyMoment
from admissions.queries import emergency_visit as queries
from admissions.rules import triage as scales
from emr import clock
from orders.models import ServiceRequest

Moment = EmergencyMoment.Kind


@dataclass
class Wait:
    """The first unmet step: `step` for programs, `text` for people, since when, and whether it is longer than allowed."""

    step: str
    text: str
    since: dt.datetime
    is_late: bool = False

    @property
    def minutes(self) -> int:
        return int((clock.now() - self.since).total_seconds() // 60)


def waits_for(line) -> Wait:
    """triage → doctor → results of what was ordered → decision → answer of the ward → bed → leaving."""
    came = line.encounter.started_at
    if line.triage is None:
        return Wait("triage", _("triage"), came)
    seen = line.moments.get(Moment.FIRST_CONTACT)
    if seen is None:
        return Wait("doctor", _("doctor"), line.triage.happened_at, is_late=is_late(line))
    if line.admission and line.admission.state in ("requested", "accepted"):
        return _bed(line)
    if line.open_requests:
        return _results(line.open_requests)
    decided = line.moments.get(Moment.DECISION)
    if decided is None or (line.admission and line.admission.state == "declined"):
        return Wait("decision", _("decision"), max(filter(None, (seen, line.last_result_at))))
    return Wait("leaving", _("leaving"), decided)


def _bed(line):
    request = line.admission
    if request.state == "requested":
        return Wait("answer", _("answer of {department}").format(department=request.department.name), request.requested_at)
    ready = line.moments.get(Moment.BED_READY)
    if ready:
        return Wait("move", _("move to the ward"), ready)
    return Wait("bed", _("bed in {department}").format(department=request.department.name), request.answered_at)


def _results(requests):
    first = requests[0]
    words = {ServiceRequest.Category.LABORATORY: _("laboratory"), ServiceRequest.Category.IMAGING: _("imaging"),
             ServiceRequest.Category.CONSULT: _("consult")}.get(first.category, first.text)
    return Wait(f"results-{first.category}", words, first.authored_at)


def is_late(line) -> bool:
    """Has the patient waited for a doctor longer than his level allows (demonstration minutes)?"""
    if line.triage is None or Moment.FIRST_CONTACT in line.moments:
        return False
    most = scales.longest_wait(line.triage.scale, line.triage.level)
    return most is not None and clock.now() - line.encounter.started_at > dt.timedelta(minutes=most)


def board(department=None) -> list:
    """Open emergency visits, most urgent first: not yet triaged, then by level, then by time of arrival."""
    found = queries.lines(queries.open_visits(department))
    for line in found:
        line.waits = waits_for(line)
        line.level_name = scales.levels(line.triage.scale).get(line.triage.level, "") if line.triage else ""
        line.level_tone = scales.tone(line.triage.level) if line.triage else ""
    return sorted(found, key=lambda line: (line.triage.level if line.triage else 0, line.encounter.started_at))
