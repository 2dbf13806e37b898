"""Leaving the emergency room with its paper, being entered by mistake, the call on the next day (A9, A10)."""
from django.utils.translation import get_language

from admissions.actions.emergency_visit import close_emergency_visit, lock_visit
from admissions.errors import CalledAlready, DepartureIsIncomplete, VisitHasFacts
from admissions.models import Departure, EmergencyMoment, FollowUpCall
from admissions.queries import departure as queries
from admissions.queries import discharge_summary as summaries
from admissions.queries import emergency_visit as visits
from admissions.queries.row import row_of
from admissions.rules import departure_paper as papers
from emr import clock
from emr.actions.document import draft, sign
from emr.actions.encounter import lock_encounter
from emr.actions.fact import open_for_writing, withdraw
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Encounter, EncounterLocation
from emr.rules.texts import fits

REACHED = [FollowUpCall.Outcome.WELL, FollowUpCall.Outcome.RETURNS, FollowUpCall.Outcome.ELSEWHERE]


@act("admissions.leave_emergency")
def leave_emergency(encounter, *, by, disposition, at=None, conditions=(), risks="", signature="", witness="",
                    destination="", note=""):
    """End an emergency visit that leads to no bed here, with the paper of this way to leave, signed by the doctor who ends it.

    Refusal and leaving against advice need the risks that were told and who signed; a transfer needs where to; a death, and
    leaving during treatment, what happened. Raises DepartureIsIncomplete (naming what is missing), DispositionDoesNotFit,
    EncounterIsFinished, BackwardsInTime, TimeInFuture, and returns the Departure.
    """
    told = {"risks": risks, "signature": signature, "witness": witness, "destination": destination, "note": note}
    told = {key: (value or "").strip() for key, value in told.items()}
    fits(Departure, **told)
    if told["signature"] and told["signature"] not in Departure.Signature.values:
        raise Malformed(problem=f"signature: one of {', '.join(Departure.Signature.values)} is needed")
    if disposition in papers.TITLES and (lacks := papers.missing(disposition, told)):
        raise DepartureIsIncomplete(paper=papers.TITLES[disposition], missing=", ".join(lacks))
    encounter = close_emergency_visit(encounter, by=by, disposition=disposition, at=at, conditions=conditions)
    patient = encounter.patient
    row = Departure.objects.create(encounter=encounter, disposition=disposition, happened_at=encounter.finished_at,
                                   told_by=by if told["risks"] else None, recorded_by=by, **told)
    [line] = visits.lines([encounter])
    document = draft(patient, kind=papers.kind(disposition), title=str(papers.TITLES[disposition]), by=by, encounter=encounter,
                     sections=papers.sections(row, line, summaries.material(encounter)), happened_at=encounter.finished_at,
                     language=(get_language() or "en")[:2])
    row.document = sign(document, by=by)
    row.save(update_fields=["document"])
    record(row, patient=patient, encounter=encounter, disposition=disposition, number=document.number)
    return row


@act("admissions.withdraw_visit")
def withdraw_visit(encounter, *, by, reason):
    """The visit was registered by mistake: it and its time stamps are marked as errors. Raises VisitHasFacts, ReasonMissing."""
    patient, encounter = lock_visit(encounter, by)
    if done := queries.what_was_done(encounter):
        raise VisitHasFacts(what=", ".join(str(word) for word in done))
    for row in [*EncounterLocation.objects.live().filter(encounter=encounter), *EmergencyMoment.objects.live()
                .filter(encounter=encounter)]:
        withdraw(row, reason=reason, by=by)
    withdraw(encounter, reason=reason, by=by)
    record(encounter, patient=patient, encounter=encounter, number=encounter.number, reason=encounter.error_reason)
    return encounter


@act("admissions.note_call")
def note_call(departure, *, by, outcome, note=""):
    """Note a call to somebody who left: reached or not. Raises CalledAlready once he was reached."""
    departure = row_of(Departure, departure, "encounter")
    patient = open_for_writing(departure.encounter.patient_id, by)
    lock_encounter(Encounter(pk=departure.encounter_id))
    note = (note or "").strip()
    if outcome not in FollowUpCall.Outcome.values:
        raise Malformed(problem=f"outcome: one of {', '.join(FollowUpCall.Outcome.values)} is needed")
    fits(FollowUpCall, note=note)
    if reached := FollowUpCall.objects.live().filter(departure=departure, outcome__in=REACHED).select_related(
            "recorded_by").first():
        raise CalledAlready(name=reached.recorded_by.short_name, at=reached.happened_at)
    call = FollowUpCall.objects.create(departure=departure, happened_at=clock.now(), outcome=outcome, note=note, recorded_by=by)
    record(call, patient=patient, encounter=departure.encounter, outcome=outcome)
    return call
