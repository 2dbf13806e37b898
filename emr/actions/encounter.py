"""Encounters and their places: what both doors (emergency and ward, polyclinic) stand on.

These acts are called by the acts of the doors; a person never calls them by themselves, so only the system holds them.
The doors' acts pass `by` on through `begin`, `place`, `finish`, which are plain functions inside the door's own act.
"""
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.access import CaredFor, ChartNotVisible, link_of
from emr.errors import Refusal, TimeInFuture
from emr.models import Bed, Encounter, EncounterLocation, EncounterParticipant, Patient, Staff
from emr.numbering import next_number
from emr.rules.late_entry import open_until


class EncounterIsFinished(Refusal):
    code = "emr.encounter_is_finished"
    message = _("The stay or visit {number} ended at {at}. Reopen it, or start a new one.")


class PatientIsMerged(Refusal):
    code = "emr.patient_is_merged"
    message = _("This record was joined to {number}. Work in that one.")


class PatientHasOpenStay(Refusal):
    code = "emr.patient_has_open_stay"
    message = _("The patient already lies in a ward. Transfer or discharge him there first.")


class BedIsTaken(Refusal):
    code = "emr.bed_is_taken"
    message = _("Bed {bed} is taken by {patient} ({number}) since {since}. Choose a free bed.")


class BackwardsInTime(Refusal):
    code, status = "emr.backwards_in_time", 422
    message = _("{what} cannot come before {before}. Check the time.")


class BedTakenMeanwhile(Refusal):
    """A race that only the database saw."""

    code = "emr.bed_is_taken"
    message = _("The bed was taken at this moment by another patient. Choose a free bed.")


acts.LAST_LINE["one_open_stay_per_patient"] = PatientHasOpenStay
acts.LAST_LINE["one_patient_per_bed"] = BedTakenMeanwhile

PREFIX = {Encounter.Kind.EMERGENCY: "E", Encounter.Kind.INPATIENT: "S", Encounter.Kind.OUTPATIENT: "V",
          Encounter.Kind.HOME: "H", Encounter.Kind.VIRTUAL: "R"}


def lock_patient(patient) -> Patient:
    """First lock of every act about a patient (docs/locking.md). Raises PatientIsMerged for a retired record."""
    locked = Patient.objects.select_for_update(no_key=True).get(pk=getattr(patient, "pk", patient))
    if locked.merged_into_id:
        raise PatientIsMerged(number=Patient.objects.get(pk=locked.merged_into_id).number)
    return locked


def lock_encounter(encounter) -> Encounter:
    """The encounter as it is now; others who change it wait."""
    return Encounter.objects.select_for_update(no_key=True).get(pk=getattr(encounter, "pk", encounter))


def lock_open_encounter(encounter) -> Encounter:
    """The encounter as it is now. Raises EncounterIsFinished when it has ended."""
    locked = lock_encounter(encounter)
    if locked.finished_at:
        raise EncounterIsFinished(number=locked.number, at=locked.finished_at)
    return locked


def refuse_strangers(by, patient_id) -> None:
    """Nobody writes into a chart that he could not read. Raises ChartNotVisible without a care link."""
    if not link_of(by, Patient(pk=patient_id)):
        raise ChartNotVisible()


def lock_encounter_for_orders(encounter, *, by) -> Encounter:
    """The encounter as it is now, if `by` may write into its chart and something may still be ordered in it.

    Raises ChartNotVisible; EncounterIsFinished when it has ended (emr.rules.late_entry: a polyclinic visit at midnight).
    """
    rows, now = Encounter.objects.select_for_update(no_key=True), clock.now()
    if isinstance(by, Staff):  # the usual care link is asked for in the statement that locks
        rows = rows.annotate(cared_for=CaredFor(by, F("patient")))
    locked = rows.get(pk=getattr(encounter, "pk", encounter))
    if not getattr(locked, "cared_for", False):
        refuse_strangers(by, locked.patient_id)
    until = open_until(locked)
    if until is not None and now >= until:
        raise EncounterIsFinished(number=locked.number, at=locked.finished_at)
    return locked


def begin(patient, *, kind, department, started_at, by, reason="", part_of=None) -> Encounter:
    """Open an encounter inside a door's act, the patient being locked. Raises TimeInFuture, PatientHasOpenStay."""
    if started_at > clock.now():
        raise TimeInFuture()
    stays = Encounter.objects.live().filter(patient=patient, kind=Encounter.Kind.INPATIENT, finished_at__isnull=True,
                                            source__isnull=True)
    if kind == Encounter.Kind.INPATIENT and stays.exists():
        raise PatientHasOpenStay()
    number = f"{PREFIX[kind]}{started_at.year}-{next_number(f'encounter-{kind}-{started_at.year}'):06d}"
    return Encounter.objects.create(patient=patient, number=number, kind=kind, department=department,
                                    started_at=started_at, reason=reason, part_of=part_of, recorded_by=by)


def place(encounter, *, department, at, by, ward=None, bed=None) -> EncounterLocation:
    """Close the present place of a locked open encounter and open the next one at the same moment.

    Raises BedIsTaken (naming the occupant), BackwardsInTime, TimeInFuture.
    """
    if at > clock.now():
        raise TimeInFuture()
    if bed is not None:
        bed = Bed.objects.select_for_update(no_key=True, of=("self",)).select_related("room__ward__department").get(
            pk=getattr(bed, "pk", bed))
        ward, department = bed.room.ward, bed.room.ward.department
        _refuse_taken(bed, at, encounter)
    leave(encounter, at=at)
    return EncounterLocation.objects.create(encounter=encounter, department=department, ward=ward, bed=bed,
                                            during=DateTimeTZRange(at, None), recorded_by=by)


def _refuse_taken(bed, at, encounter):
    there = EncounterLocation.objects.live().filter(bed=bed, during__overlap=DateTimeTZRange(at, None)).exclude(
        encounter=encounter).select_related("encounter__patient").first()
    if there:
        raise BedIsTaken(bed=bed.label, patient=there.encounter.patient.short_name, number=there.encounter.number,
                         since=there.during.lower)


def leave(encounter, *, at) -> None:
    """Close the present place of a locked encounter. Raises BackwardsInTime when it began later than that."""
    present = EncounterLocation.objects.live().filter(encounter=encounter, during__upper_inf=True).first()
    if present is None:
        return
    if at < present.during.lower:
        raise BackwardsInTime(what=_("Leaving a place"), before=present.during.lower)
    present.during = DateTimeTZRange(present.during.lower, at)
    present.save(update_fields=["during"])


def finish(encounter, *, at, disposition) -> Encounter:
    """End a locked open encounter: close its place and its care team. Raises TimeInFuture, BackwardsInTime."""
    if at > clock.now():
        raise TimeInFuture()
    if at < encounter.started_at:
        raise BackwardsInTime(what=_("The end"), before=encounter.started_at)
    leave(encounter, at=at)
    EncounterParticipant.objects.live().filter(encounter=encounter, until__isnull=True).update(until=at)
    encounter.finished_at, encounter.disposition = at, disposition
    encounter.save(update_fields=["finished_at", "disposition"])
    return encounter


def assign(encounter, staff, part, *, since, by) -> EncounterParticipant:
    """Make somebody part of the care team from `since` on; a new attending doctor takes over from the former one."""
    open_rows = EncounterParticipant.objects.live().filter(encounter=encounter, part=part, until__isnull=True)
    if same := open_rows.filter(staff=staff).first():
        return same
    if part == EncounterParticipant.Part.ATTENDING:
        open_rows.update(until=since)
    return EncounterParticipant.objects.create(encounter=encounter, staff=staff, part=part, since=since, recorded_by=by)
