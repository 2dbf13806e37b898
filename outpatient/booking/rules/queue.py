"""Whose turn it is at the door of an office (R90-R98). Pure: rows and the moment go in, an order comes out.

Before everybody who is acute by decision of staff (R94); then by the time of the coupon, not of coming (R90); who came late
beyond the grace stands where he came (R91); who has no coupon takes the place of who did not come, else stands behind all whose
time has come (R95). Who just asks has a lane of his own (R93).
"""
import datetime as dt
from dataclasses import dataclass, field

from outpatient.booking.models import QueueEntry

Kind = QueueEntry.Kind
OVERDUE = dt.timedelta(minutes=15)  # nobody just asks before a holder who waits longer than that beyond his time (R93)
FEWEST = 3  # durations of today from which the doctor's pace of today is read
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class InLine:
    """A waiting person with the released place he takes, if any, and when he will probably enter."""

    entry: QueueEntry
    place: object = None
    eta: dt.datetime | None = None
    before: int = 0


@dataclass
class Office:
    """A reception under way, as its door sees it."""

    reception: object
    inside: QueueEntry | None = None
    called: QueueEntry | None = None
    line: list[InLine] = field(default_factory=list)
    askers: list[QueueEntry] = field(default_factory=list)
    skipped: list[QueueEntry] = field(default_factory=list)
    done: list[QueueEntry] = field(default_factory=list)
    delay: int = 0
    duration: float = 0


def turn(planned: dt.datetime, came: dt.datetime, grace: dt.timedelta) -> dt.datetime:
    """The time by which a holder stands: his coupon's while he comes within the grace, else the moment he came (R91)."""
    return planned if came <= planned + grace else came


def in_order(waiting, released, now) -> list[tuple]:
    """(entry, released place or None) of those who wait, whose turn it is first.

    `released`: places nobody came to, the earliest first.
    """
    line = [entry for entry in waiting if entry.kind != Kind.ASKER]
    places = iter(released)
    taken = {entry.pk: next(places, None) for entry in sorted(line, key=lambda entry: entry.line_at)
             if entry.turn_at is None and entry.acute_at is None}

    def rank(entry):
        if entry.acute_at:
            return 0, entry.acute_at, 0
        place = taken.get(entry.pk)
        if place is not None:
            return 1, place.starts_at, place.number
        return (1, now, 10_000, entry.line_at) if entry.turn_at is None else (1, entry.turn_at, entry.number)

    return [(entry, taken.get(entry.pk)) for entry in sorted(line, key=rank)]


def asker_may_enter(entries, line, now) -> tuple[str, QueueEntry | None, int]:
    """May somebody just ask now (R93)? ("", None, 0), or why not, before whom, and how many minutes that one waits beyond his
    time.
    """
    first = line[0][0] if line else None
    if first is None:
        return "", None, 0
    if first.acute_at:
        return "acute", first, 0
    inside_last = max((entry for entry in entries if entry.entered_at), key=lambda entry: entry.entered_at, default=None)
    if inside_last is not None and inside_last.kind == Kind.ASKER:
        return "just", first, 0
    beyond = now - first.turn_at if first.turn_at else dt.timedelta(0)
    return ("overdue", first, int(beyond / MINUTE)) if beyond > OVERDUE else ("", None, 0)


def durations(entries) -> list[float]:
    """Minutes that patients were in the room, askers left out."""
    return [(entry.out_at - entry.entered_at) / MINUTE for entry in entries
            if entry.kind != Kind.ASKER and entry.entered_at and entry.out_at and entry.out_at > entry.entered_at]


def pace(entries, past, planned: int) -> float:
    """Minutes of one patient at this doctor: the mean of today, else of the last weeks, else the plan (R97)."""
    for found in (durations(entries), past):
        if len(found) >= FEWEST:
            return sum(found) / len(found)
    return float(planned)


def delay(entries, line, now) -> int:
    """By how many minutes the doctor runs late: how long the first holder waits beyond his time, else how late the one inside
    entered (R98).
    """
    beyond = [now - entry.turn_at for entry, _place in line if entry.turn_at and entry.turn_at < now]
    inside = next((entry for entry in entries if entry.state == "in-progress" and entry.booking_id), None)
    if inside is not None:
        beyond.append(inside.entered_at - max(inside.turn_at or inside.entered_at, inside.came_at))
    return max(0, int(max(beyond, default=dt.timedelta(0)) / MINUTE))


def etas(entries, line, expected, minutes: float, now) -> list[InLine]:
    """Those in line with when each will probably enter; `expected`: times of coupons whose holders may still come in time."""
    each, inside = dt.timedelta(minutes=minutes), next((entry for entry in entries if entry.state == "in-progress"), None)
    called = next((entry for entry in entries if entry.state == "called"), None)
    free_at = max(now, inside.entered_at + (each if inside.kind != Kind.ASKER else MINUTE)) if inside else now
    free_at += each if called else dt.timedelta(0)
    ahead, found = sorted(expected), []
    for entry, place in line:
        while ahead and entry.turn_at and ahead[0] < entry.turn_at and not entry.acute_at:
            free_at = max(free_at, ahead.pop(0)) + each
        found.append(InLine(entry, place, free_at, before=len(found)))
        free_at += each
    return found


def office(reception, entries, released, expected, past, now) -> Office:
    """The whole door at this moment."""
    waiting = [entry for entry in entries if entry.state == "waiting"]
    line = in_order(waiting, released, now)
    minutes = pace(entries, past, _step(reception, entries))
    one = {state: [entry for entry in entries if entry.state == state] for state in ("in-progress", "called",
                                                                                     "missed", "finished")}
    return Office(
        reception, inside=next(iter(one["in-progress"]), None), called=next(iter(one["called"]), None),
        line=etas(entries, line, expected, minutes, now), askers=[entry for entry in waiting if entry.kind == Kind.ASKER],
        skipped=one["missed"], done=sorted(one["finished"], key=lambda entry: entry.entered_at, reverse=True),
        delay=delay(entries, line + [(entry, None) for entry in one["called"]], now), duration=minutes)


def _step(reception, entries):
    """The planned minutes of one coupon of this reception."""
    return next((entry.booking.coupon.minutes for entry in entries if entry.booking_id), reception.step or 15)
