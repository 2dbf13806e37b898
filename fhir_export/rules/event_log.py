"""An event log as a list of events in the order in which people here could have entered them.

The form is that of clinosim's event logs (MIT): one JSON object a line with `t` (the hospital's wall clock), `event`,
`patient`, `encounter` and `data`; plain or gzipped. Three orderings differ from the file's, each because a person could
not have done it otherwise:

- what the log dates before the arrival it belongs to is entered when the patient has been registered (own time kept);
- an order whose first dose the log dates before the order itself is entered at that dose, as a verbal order is;
- at the same moment, arrivals come first and departures last.
"""
import datetime as dt
import gzip
import zlib
from dataclasses import dataclass, field

from django.utils import timezone

from emr.api.render import strict_json
from emr.errors import Refusal, TextTooLong
from fhir_export.errors import EventMalformed, LineNotUtf8, LineUnreadable, LogTruncated, TimeBackwards

STARTS = ("ed_arrival", "admit", "visit_start")
ENDS = ("discharge", "visit_end")
RANK = {"ed_arrival": 0, "admit": 0, "visit_start": 0, "triage": 1, "order": 2, "discharge_prescription": 8,
        "discharge": 9, "visit_end": 9}
LONGEST_TEXT = 20_000


@dataclass
class Event:
    """One line of the log. `at` is when it is entered here, `happened_at` what the log says."""

    line: int
    kind: str
    patient: str
    encounter: str
    data: dict
    happened_at: dt.datetime
    at: dt.datetime


@dataclass
class Problem:
    """A line that cannot even be tried, with its refusal."""

    line: int
    refusal: Refusal
    kind: str = "unreadable"


@dataclass
class EventLog:
    events: list[Event] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doses: dict[str, list[Event]] = field(default_factory=dict)  # order name -> its administrations, by time
    orders: dict[str, Event] = field(default_factory=dict)

    @property
    def lines(self):
        return len(self.events) + len(self.problems)


def moment(text, *, shifted_days=0) -> dt.datetime:
    """A wall-clock time of the log as an aware moment of the institution. Raises EventMalformed."""
    try:
        value = dt.datetime.fromisoformat(text) + dt.timedelta(days=shifted_days)
        return value if value.tzinfo else timezone.make_aware(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise EventMalformed(what="a readable time") from error


def read(path, *, shifted_days=0) -> EventLog:
    """Read the whole log, keep what is unreadable as problems, and put the events in order."""
    log, latest = EventLog(), None
    for number, text in _lines(path):
        if isinstance(text, Refusal):
            log.problems.append(Problem(number, text))
            continue
        try:
            event = _event(number, text, shifted_days)
            if latest and event.happened_at < latest:
                raise TimeBackwards()
            latest = event.happened_at
            log.events.append(event)
        except Refusal as refusal:
            log.problems.append(Problem(number, refusal))
    _put_in_order(log)
    return log


def _lines(path):
    """Numbered lines as bytes; a cut file ends with its refusal instead of an exception."""
    with open(path, "rb") as head:
        opener = gzip.open if head.read(2) == b"\x1f\x8b" else open
    number = 0
    with opener(path, "rb") as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield number + 1, LogTruncated()


def _event(number, text, shifted_days) -> Event:
    try:
        row = strict_json(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LineNotUtf8() from error
    except ValueError as error:
        raise LineUnreadable() from error
    if not isinstance(row, dict) or not isinstance(row.get("data"), dict):
        raise EventMalformed(what="its data")
    for name in ("event", "patient", "encounter"):
        if not isinstance(row.get(name), str) or not 0 < len(row[name]) <= 160:
            raise EventMalformed(what=name)
    _refuse_long_texts(row["data"])
    at = moment(row.get("t"), shifted_days=shifted_days)
    return Event(number, row["event"], row["patient"], row["encounter"], row["data"], at, at)


def _refuse_long_texts(data):
    for name, value in data.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise TextTooLong(field=name, length=len(value), limit=LONGEST_TEXT)


def _put_in_order(log: EventLog):
    begun = {event.encounter: event.at for event in reversed(log.events) if event.kind in STARTS}
    for event in log.events:
        if event.kind == "mar":
            log.doses.setdefault(event.data.get("order_id"), []).append(event)
        elif event.kind == "order":
            log.orders.setdefault(event.data.get("order_id"), event)
    for event in log.events:
        if event.kind == "order" and (doses := log.doses.get(event.data.get("order_id"))):
            event.at = min(event.at, doses[0].at)
        event.at = max(event.at, begun.get(event.encounter, event.at))
    log.events.sort(key=lambda event: (event.at, RANK.get(event.kind, 5), event.line))
