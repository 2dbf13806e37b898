"""The dose ribbon: the doses of a patient's orders placed on a drawing of some days."""
import datetime as dt
from dataclasses import dataclass

from emr import clock
from emr.models import Encounter
from nursing.rules.sheet import Lying, fill

WIDTH = 960  # units of the drawing
MOST_LINES = 40  # orders on the tab; all of them stand on the page of execution


@dataclass
class Ribbon:
    """All that the drawing needs: the days, the present moment, and the lines with the place of each cell."""

    lines: list
    days: list
    now: float | None
    width: int = WIDTH
    more: int = 0


def ribbon(patient, *, since, until, now) -> Ribbon:
    """The orders of the patient's stays and visits in that time, each cell with `x`, its place on the drawing."""
    people = [Lying(encounter, None) for encounter in Encounter.objects.live().filter(
        patient=patient, started_at__lt=until).exclude(finished_at__lt=since).select_related("patient")
              .order_by("-started_at")[:20]]
    fill(people, since=since, until=until, now=now)
    span = (until - since).total_seconds()

    def x(moment):
        return round((moment - since).total_seconds() / span * WIDTH, 1)

    lines = [line for person in people for line in person.lines if line.cells]
    for line in lines:
        for cell in line.cells:
            cell.x = min(max(x(cell.at), 0), WIDTH)
    days, day = [], since
    while day < until:
        days.append({"x": x(day), "at": day})
        day = clock.start_of(clock.day_of(day + dt.timedelta(hours=30)))
    return Ribbon(lines[:MOST_LINES], days, x(now) if since <= now < until else None, more=max(0, len(lines) - MOST_LINES))
