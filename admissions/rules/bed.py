"""Who may lie where, asked under the lock of the bed."""
import datetime as dt

from admissions.errors import BedIsKept, BedIsNotReady, RoomIsIsolated, RoomIsNotForIsolation
from admissions.models import BedState, Isolation
from emr.actions.encounter import BedIsTaken
from emr.models import EncounterLocation, Patient, Room

FITS = {Room.Sex.MALE: Patient.Sex.MALE, Room.Sex.FEMALE: Patient.Sex.FEMALE}


def sex_fits(room_sex: str, patient_sex: str) -> bool:
    """A room for men or women takes only them; a patient whose sex is not known is for people to decide."""
    wanted = FITS.get(room_sex)
    return wanted is None or patient_sex not in FITS.values() or patient_sex == wanted


def free_of(bed):
    """Raises BedIsTaken when somebody lies in it now."""
    there = EncounterLocation.objects.live().filter(bed=bed, during__upper_inf=True).select_related("encounter__patient").first()
    if there:
        raise BedIsTaken(bed=bed.label, patient=there.encounter.patient.short_name, number=there.encounter.number,
                         since=there.during.lower)


def refuse_unready(bed, request=None):
    """Raises BedIsNotReady while the bed is cleaned or mended, BedIsKept when it is kept for another than this admission request.

    `bed`: as queries.bed.with_room_mates gives it.
    """
    state = bed.open_state
    if state is None:
        return
    if state["state"] != BedState.State.RESERVED:
        raise BedIsNotReady(bed=bed.label, state=BedState.State(state["state"]).label,
                            since=dt.datetime.fromisoformat(state["since"]))
    if request is None or state["request"] != str(request.pk):
        raise BedIsKept(bed=bed.label, patient=state["family"] or state["note"] or "—")


def refuse_wrong_isolation(room, isolation: str, others):
    """Raises RoomIsNotForIsolation, RoomIsIsolated. `isolation`: kind of the patient or "";

    `others`: kinds of those in the room.
    """
    if isolation and not room.is_isolation:
        raise RoomIsNotForIsolation(room=room.code, kind=Isolation.Kind(isolation).label)
    strange = [kind for kind in others if kind != isolation and (kind or isolation)]
    if strange:
        kind = next(filter(None, strange), isolation)
        raise RoomIsIsolated(room=room.code, kind=Isolation.Kind(kind).label)
