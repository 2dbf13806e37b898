"""The treating team of a stay or visit."""
from emr.actions.encounter import assign, lock_open_encounter
from emr.actions.fact import lock_fact, not_in_future
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Encounter, EncounterParticipant, Staff


@act("emr.assign_participant")
def assign_participant(encounter, *, by, staff, part, since=None):
    """Make somebody part of the treating team from a moment on; a new attending doctor takes over from the former one.

    Raises EncounterIsFinished, NotFound, Malformed, TimeInFuture.
    """
    if part not in EncounterParticipant.Part.values:
        raise Malformed(problem=f"part: one of {', '.join(EncounterParticipant.Part.values)} is needed")
    member = Staff.objects.filter(pk=getattr(staff, "pk", staff), left_on__isnull=True).first()
    if member is None:
        raise NotFound()
    patient, encounter = lock_fact(Encounter, encounter, by)
    row = assign(lock_open_encounter(encounter), member, part, since=not_in_future(since), by=by)
    record(row, patient=patient, encounter=encounter, part=part, name=member.short_name)
    return row
