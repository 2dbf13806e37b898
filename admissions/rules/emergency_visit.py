"""What a patient in the emergency room waits for, read from the first step not yet done (A7)."""
import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from admissions.models import EmergencyMoment
from admissions.queries import emergency_visit as queries
from admissions.rules import delay, triage_scale
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
    if line.boards:
        return Wait("boarding", _("bed in {department}").format(department=line.encounter.department.name), came)
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


def allowed_until(line) -> dt.datetime | None:
    """When the wait for a doctor becomes too long: arrival plus the minutes of the level;

    None once he came, or without triage.
    """
    if line.boards or line.triage is None or Moment.FIRST_CONTACT in line.moments:
        return None
    most = line.triage.longest_wait
    if most is None:
        most = scales.longest_wait(line.triage.scale, line.triage.level)
    return None if most is None else line.encounter.started_at + dt.timedelta(minutes=most)


def is_late(line) -> bool:
    """Has the patient waited for a doctor longer than his level allows?"""
    until = allowed_until(line)
    return until is not None and clock.now() > until


def minutes_left(line) -> int | None:
    """Whole minutes until the wait becomes too long, none when it is; None when nobody counts them."""
    until = allowed_until(line)
    return None if until is None else max(0, int((until - clock.now()).total_seconds() // 60))


def must_be_judged_again(line) -> bool:
    """The re-triage alarm (ours): the wait is too long and the last judgement is older than the level's own wait."""
    if not is_late(line) or not line.triage.longest_wait:
        return False
    return clock.now() - line.triage.happened_at > dt.timedelta(minutes=line.triage.longest_wait)


def board(department=None) -> list:
    """Open emergency visits, most urgent first: not yet triaged, then by level, then by time of arrival; last those who wait for
    a bed.
    """
    found = queries.lines(queries.open_visits(department, boarders=True))
    for line in found:
        describe(line)
    return sorted(found, key=lambda line: (line.triage.level if line.triage else 9 if line.boards else 0,
                                           line.encounter.started_at))


def describe(line):
    """Give a line the words of the board: what it waits for, its level, why, the minutes left, the alarm."""
    line.waits = waits_for(line)
    line.level_name = scales.levels(line.triage.scale).get(line.triage.level, "") if line.triage else ""
    line.level_tone = scales.tone(line.triage.level) if line.triage else ""
    line.suggestion = triage_scale.told(line.triage)
    line.delay, line.delay_said = delay.words(line)
    line.left, line.alarm = minutes_left(line), must_be_judged_again(line)
    line.over = clock.now() - allowed_until(line) if is_late(line) else None
    return line


def summary(rows) -> list[dict]:
    """Per level: how many came, how many waited too long, the longest wait; `rows` of queries.triage.seen_on."""
    levels = {}
    for row in rows:
        found = levels.setdefault((row.scale, row.level), {"scale": row.scale, "level": row.level, "allowed": row.longest_wait,
                                                           "patients": 0, "late": 0, "longest": dt.timedelta()})
        found["patients"] += 1
        found["late"] += row.waited > dt.timedelta(minutes=row.longest_wait)
        found["longest"] = max(found["longest"], row.waited)
    return [found | {"name": scales.levels(found["scale"]).get(found["level"], "")} for _key, found in sorted(levels.items())]
