"""The daily patient movement sheet, from the places of the stays alone (H2).

Of each department: there at the beginning + admitted + moved in = moved out + discharged + transferred elsewhere + died + there
at the end. A patient who boards in the emergency room is admitted when the ward takes him. Moves inside a department do not
count.
"""
from collections import defaultdict
from dataclasses import dataclass, field

from admissions.queries import movement as queries
from emr import clock
from emr.models import Encounter

KINDS = ("at_start", "admitted", "moved_in", "moved_out", "discharged", "elsewhere", "died", "at_end")


@dataclass
class Sheet:
    """One department on one day: the stays behind each number."""

    department: object
    beds: int = 0
    stays: dict = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def counts(self) -> dict:
        return {kind: len(stays) for kind, stays in self.stays.items()}

    @property
    def agrees(self) -> bool:
        """Does the sum hold?"""
        n = self.counts
        return n["at_start"] + n["admitted"] + n["moved_in"] == n["moved_out"] + n["discharged"] + n["elsewhere"] + n[
            "died"] + n["at_end"]


def sheets(day) -> list[Sheet]:
    """All departments with beds on that day (until now, when it is today)."""
    begin, end = clock.start_of(day), min(queries.end_of(day), clock.now())
    found = {department.pk: Sheet(department, department.beds) for department in queries.departments()}
    by_stay = defaultdict(list)
    for place in queries.places(begin, end):
        by_stay[place.encounter_id].append(place)
    for places in by_stay.values():
        _walk(_joined(places), found, begin, end)
    return list(found.values())


def total(rows) -> dict:
    """The sum of all departments."""
    return {kind: sum(len(row.stays[kind]) for row in rows) for kind in KINDS} | {"beds": sum(row.beds for row in rows)}


def _joined(places):
    """The stays in departments, bed moves inside one department joined: [department, from, to or None, encounter]."""
    joined = []
    for place in sorted((place for place in places if not place.during.isempty), key=lambda place: place.during.lower):
        if joined and joined[-1][0] == place.department_id and joined[-1][2] == place.during.lower:
            joined[-1][2] = place.during.upper
        else:
            joined.append([place.department_id, place.during.lower, place.during.upper, place.encounter])
    return joined


def _walk(joined, found, begin, end):
    for number, (department, since, until, stay) in enumerate(joined):
        sheet = found.get(department)
        if sheet is None:
            continue
        if since < begin and (until is None or until > begin):
            sheet.stays["at_start"].append(stay)
        if begin <= since < end:
            sheet.stays["moved_in" if any(row[0] in found for row in joined[:number]) else "admitted"].append(stay)
        if until is None or until >= end:
            if since < end:
                sheet.stays["at_end"].append(stay)
        elif until >= begin and not (since < begin and until == begin):
            sheet.stays["moved_out" if number + 1 < len(joined) else _how(stay)].append(stay)


def _how(stay):
    return {Encounter.Disposition.DIED: "died", Encounter.Disposition.TRANSFERRED: "elsewhere"}.get(
        stay.disposition, "discharged")
