"""Who shared a room with a patient, and who worked on him, from places, shifts and the journal (A14)."""
import datetime as dt
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max, Min, Q

from emr import clock
from emr.models import EncounterLocation, JournalEntry, Shift, Staff


@dataclass(frozen=True)
class Contact:
    """One patient who lay in the same room: from when to when both were there."""

    encounter: object
    room: object
    since: dt.datetime
    until: dt.datetime

    @property
    def shared(self) -> dt.timedelta:
        return self.until - self.since


def patients(stay) -> list[Contact]:
    """Everybody who lay in a room of this stay at the same time, the longest first; two statements."""
    mine = list(EncounterLocation.objects.live().filter(encounter=stay, bed__isnull=False, during__isempty=False)
                .select_related("bed__room"))
    if not mine:
        return []
    now, near = clock.now(), Q(pk__in=[])
    for place in mine:
        near |= Q(bed__room=place.bed.room_id, during__overlap=place.during)
    found = []
    for other in EncounterLocation.objects.live().filter(near).exclude(encounter=stay).select_related(
            "encounter__patient", "bed__room__ward"):
        for place in mine:
            since = max(place.during.lower, other.during.lower)
            until = min(place.during.upper or now, other.during.upper or now)
            if other.bed.room_id == place.bed.room_id and since < until:
                found.append(Contact(other.encounter, other.bed.room, since, until))
    return sorted(found, key=lambda contact: contact.shared, reverse=True)


def staff_who_acted(stay):
    """Everybody who recorded an act about the stay, with the first and the last of them; one statement."""
    rows = JournalEntry.objects.filter(encounter=stay, by_staff__kind=Staff.Kind.PERSON).values("by_staff").annotate(
        first=Min("at"), last=Max("at")).order_by("first")
    people = Staff.objects.in_bulk([row["by_staff"] for row in rows])
    return [(people[row["by_staff"]], row["first"], row["last"]) for row in rows]


def staff_on_shift(stay):
    """Who was on shift in the departments of the stay while the patient lay there."""
    near = Q(pk__in=[])
    for place in EncounterLocation.objects.live().filter(encounter=stay, during__isempty=False):
        near |= Q(department=place.department_id, during__overlap=DateTimeTZRange(place.during.lower,
                                                                                  place.during.upper or clock.now()))
    return Shift.objects.filter(near).select_related("staff", "department").order_by("during")[:500]
