"""The emergency visit: arrival, time stamps, leaving (A1, A6, A9)."""
from admissions.actions.announcement import lock_announcement
from admissions.actions.condition import add_conditions
from admissions.errors import (
    AlreadyInEmergency,
    DispositionDoesNotFit,
    MomentAlreadyNoted,
    MomentOfAnotherAct,
    NotAnEmergencyRoom,
    NotAnEmergencyVisit,
    PatientHasDied,
)
from admissions.models import AdmissionRequest, EmergencyMoment, EmergencyVisit
from admissions.queries.row import row_of
from emr import clock
from emr.actions.encounter import BackwardsInTime, EncounterIsFinished, assign, begin, finish, lock_encounter, place
from emr.actions.fact import open_for_writing, withdraw
from emr.actions.patient import locked
from emr.acts import act
from emr.errors import Malformed, TimeInFuture
from emr.journal import record
from emr.models import Department, Encounter, EncounterParticipant, Staff
from emr.rules.texts import fits
from orders.actions.medication_request import stop_all

Moment = EmergencyMoment.Kind
BY_THEMSELVES = {Moment.ARRIVAL, Moment.LEFT}  # noted by register_arrival and by leaving


def refuse_dead(patient, at):
    """Nobody who died earlier arrives or is admitted: it is the wrong patient. Raises PatientHasDied."""
    if patient.died_at and patient.died_at < at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)


def lock_visit(encounter, by):
    """The open emergency visit and its patient, locked.

    Raises NotFound, ChartNotVisible, NotAnEmergencyVisit, EncounterIsFinished.
    """
    encounter = row_of(Encounter, encounter)
    patient = open_for_writing(encounter.patient_id, by)
    encounter = lock_encounter(encounter)
    if encounter.kind != Encounter.Kind.EMERGENCY:
        raise NotAnEmergencyVisit(number=encounter.number)
    refuse_finished(encounter)
    return patient, encounter


def refuse_finished(encounter):
    """Raises EncounterIsFinished for an encounter that has ended."""
    if encounter.finished_at:
        raise EncounterIsFinished(number=encounter.number, at=encounter.finished_at)


def moment_of(encounter, at, what):
    """The moment or now, not in the future and not before the patient came. Raises TimeInFuture, BackwardsInTime."""
    at = at or clock.now()
    if at > clock.now():
        raise TimeInFuture()
    if at < encounter.started_at:
        raise BackwardsInTime(what=what, before=encounter.started_at)
    return at


def note_moment(encounter, kind, *, at, by):
    """Add a time stamp inside another act."""
    return EmergencyMoment.objects.create(encounter=encounter, kind=kind, happened_at=at, recorded_by=by)


@act("admissions.register_arrival")
def register_arrival(patient, *, by, department, complaint="", arrival_mode="walk-in", brought_by="", arrived_at=None,
                     attending=None, announced=None):
    """Register that a patient came to the emergency room; everything else is filled in later (A1).

    `arrived_at`: aware, default now. `announced`: the announcement this answers; its words fill what is not said here. Raises
    AlreadyInEmergency (naming the open visit), NotAnEmergencyRoom, AnnouncementIsClosed, PatientHasDied, PatientIsMerged,
    TimeInFuture.
    """
    patient, arrived_at = locked(patient), arrived_at or clock.now()
    refuse_dead(patient, arrived_at)
    department, coming = row_of(Department, department), lock_announcement(announced) if announced else None
    if coming:
        complaint, brought_by = complaint.strip() or coming.complaint, brought_by.strip() or coming.brought_by
    _check_arrival(patient, department, arrival_mode, complaint.strip(), brought_by.strip())
    encounter = begin(patient, kind=Encounter.Kind.EMERGENCY, department=department, started_at=arrived_at, by=by,
                      reason=complaint.strip())
    place(encounter, department=department, at=arrived_at, by=by)
    EmergencyVisit.objects.create(encounter=encounter, arrival_mode=arrival_mode, brought_by=brought_by.strip(),
                                  complaint=complaint.strip())
    note_moment(encounter, Moment.ARRIVAL, at=arrived_at, by=by)
    if coming:
        coming.encounter = encounter
        coming.save(update_fields=["encounter"])
    if attending:
        assign(encounter, row_of(Staff, attending), EncounterParticipant.Part.ATTENDING, since=arrived_at, by=by)
    record(encounter, patient=patient, encounter=encounter, number=encounter.number, arrived_at=arrived_at.isoformat(),
           arrival_mode=arrival_mode)
    return encounter


def _check_arrival(patient, department, arrival_mode, complaint, brought_by):
    if department.kind != Department.Kind.EMERGENCY:
        raise NotAnEmergencyRoom(department=department.name)
    if arrival_mode not in EmergencyVisit.ArrivalMode.values:
        raise Malformed(problem=f"arrival_mode: one of {', '.join(EmergencyVisit.ArrivalMode.values)} is needed")
    fits(EmergencyVisit, complaint=complaint, brought_by=brought_by)
    there = open_visit(patient)
    if there:
        raise AlreadyInEmergency(number=there.number, since=there.started_at)


def open_visit(patient):
    """The open emergency visit of a patient in this institution, or None."""
    return Encounter.objects.live().filter(patient=patient, kind=Encounter.Kind.EMERGENCY, finished_at__isnull=True,
                                           source__isnull=True).order_by("started_at").first()


@act("admissions.stamp_moment")
def stamp_moment(encounter, *, by, kind, at=None):
    """Note when something happened in the emergency visit: triage, first contact with a doctor, decision, bed ready (A6).

    Raises MomentAlreadyNoted, MomentOfAnotherAct (arrival and leaving note themselves), BackwardsInTime, TimeInFuture.
    """
    patient, encounter = lock_visit(encounter, by)
    if kind not in Moment.values:
        raise Malformed(problem=f"kind: one of {', '.join(Moment.values)} is needed")
    kind = Moment(kind)
    if kind in BY_THEMSELVES:
        raise MomentOfAnotherAct(moment=kind.label)
    at = moment_of(encounter, at, kind.label)
    noted = EmergencyMoment.objects.live().filter(encounter=encounter, kind=kind).first()
    if noted:
        raise MomentAlreadyNoted(moment=kind.label, at=noted.happened_at)
    moment = note_moment(encounter, kind, at=at, by=by)
    record(moment, patient=patient, encounter=encounter, kind=kind.value, at=at.isoformat())
    return moment


@act("admissions.undo_moment")
def undo_moment(moment, *, by, reason):
    """Mark a time stamp as entered in error, with the reason; it can then be noted anew."""
    moment = row_of(EmergencyMoment, moment)
    patient, encounter = lock_visit(moment.encounter_id, by)
    moment = EmergencyMoment.objects.select_for_update(no_key=True).get(pk=moment.pk)
    if moment.kind in BY_THEMSELVES:
        raise MomentOfAnotherAct(moment=moment.get_kind_display())
    withdraw(moment, reason=reason, by=by)
    record(moment, patient=patient, encounter=encounter, kind=moment.kind, reason=moment.error_reason)
    return moment


@act("admissions.close_emergency_visit")
def close_emergency_visit(encounter, *, by, disposition, at=None, conditions=()):
    """End an emergency visit that does not lead to a bed here: home, other institution, refusal, left, died (A9).

    Orders still running are stopped at that moment, an open admission request is withdrawn. `conditions`: diagnoses as
    {text, code, system, stage}, stage final if not said. Raises DispositionDoesNotFit, EncounterIsFinished,
    BackwardsInTime, TimeInFuture.
    """
    patient, encounter = lock_visit(encounter, by)
    if disposition not in Encounter.Disposition.values:
        raise Malformed(problem=f"disposition: one of {', '.join(Encounter.Disposition.values)} is needed")
    words = Encounter.Disposition(disposition).label
    if disposition == Encounter.Disposition.ADMITTED:
        raise DispositionDoesNotFit(disposition=words)
    at = at or clock.now()
    end_visit(encounter, at=at, disposition=disposition, by=by, reason=f"end of the emergency visit: {disposition}")
    AdmissionRequest.objects.live().filter(encounter=encounter, stay__isnull=True, withdrawn_at__isnull=True,
                                           decline_reason="").update(
        withdrawn_at=at, withdrawn_by=by, withdraw_reason=str(words))
    add_conditions(patient, encounter, conditions, stage="final", at=at, by=by)
    note_death(patient, disposition, at)
    record(encounter, patient=patient, encounter=encounter, disposition=disposition, at=at.isoformat())
    return encounter


def end_visit(encounter, *, at, disposition, by, reason):
    """Close a locked emergency visit inside another act: place, team, running orders, the time stamp of leaving."""
    finish(encounter, at=at, disposition=disposition)
    note_moment(encounter, Moment.LEFT, at=at, by=by)
    stop_all(encounter, at=at, by=by, reason=reason)


def note_death(patient, disposition, at):
    """A patient who left as died is recorded as died, unless the moment is known already."""
    if disposition == Encounter.Disposition.DIED and patient.died_at is None:
        patient.died_at = at
        patient.save(update_fields=["died_at"])
