"""A consult is answered: the note is signed, and whoever asked no longer waits (B15)."""
from django.utils.translation import gettext as _

from admissions.errors import ConsultIsClosed, ConsultSaysNothing
from admissions.queries import consult as queries
from admissions.queries.row import row_of
from emr import clock
from emr.actions.document import draft, sign
from emr.actions.encounter import lock_open_encounter
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.journal import record
from emr.models import Document
from emr.rules.note import new_sections
from nursing.actions.procedure import record_procedure
from orders.models import ServiceRequest


@act("admissions.answer_consult")
def answer_consult(consult, *, by, advice, findings="", assessment=""):
    """Answer a consult request: a consult note signed by the doctor, and the request counts as done.

    Raises ConsultSaysNothing without advice, ConsultIsClosed when it was answered or cancelled, EncounterIsFinished,
    ChartNotVisible.
    """
    found = row_of(ServiceRequest, consult, "encounter")
    patient = open_for_writing(found.patient_id, by)
    encounter = lock_open_encounter(found.encounter)
    request = queries.standing().filter(pk=found.pk).first()
    if request is None:
        raise ConsultIsClosed()
    told = {"question": " · ".join(filter(None, [request.text, request.reason])), "objective": findings, "assessment": assessment,
            "advice": advice}
    told = {key: (text or "").strip() for key, text in told.items()}
    if not told["advice"]:
        raise ConsultSaysNothing()
    sections = [part | {"text": told.get(part["key"], "")} for part in new_sections(Document.Kind.CONSULT_NOTE)]
    now = clock.now()
    document = sign(draft(patient, kind=Document.Kind.CONSULT_NOTE, title=_("Consult: {what}").format(what=request.text)[:200],
                          sections=sections, by=by, encounter=encounter), by=by)
    record_procedure(encounter, by=by, text=request.text, started_at=now, request=request)
    record(document, patient=patient, encounter=encounter, number=document.number, text=request.text)
    return document
