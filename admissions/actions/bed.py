"""Claiming a bed inside an act: locked, free of states, fit for this patient (B2)."""
from admissions.errors import RoomOfOtherSex
from admissions.models import BedState
from admissions.queries import bed as queries
from admissions.rules import bed as rules
from emr import clock
from emr.models import Bed


def claim(bed, patient, *, by, encounter=None, request=None, without=()):
    """Lock the bed and refuse what does not fit: sex of the room, isolation, cleaning, repair, kept for another.

    A bed kept for this admission request stops being kept. `without`: encounters that leave the room in the same act.
    Raises RoomOfOtherSex, RoomIsNotForIsolation, RoomIsIsolated, BedIsNotReady, BedIsKept.
    """
    Bed.objects.select_for_update(no_key=True).get(pk=bed.pk)
    bed = queries.with_room_mates(bed, [*without, *([encounter] if encounter else [])])
    if not rules.sex_fits(bed.room.sex, patient.sex):
        raise RoomOfOtherSex(room=bed.room.code, sex=bed.room.get_sex_display())
    rules.refuse_wrong_isolation(bed.room, queries.kind_of(encounter) if encounter else "", bed.kinds)
    rules.refuse_unready(bed, request)
    if bed.open_state:
        end_state(BedState.objects.get(pk=bed.open_state["id"]), by=by)


def end_state(row, *, by):
    """End an open state of a locked bed inside another act."""
    if row.until is None:
        row.until, row.ended_by = clock.now(), by
        row.save(update_fields=["until", "ended_by"])
