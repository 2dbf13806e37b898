"""The discharge summary: drafted from the record, refreshed, signed (B10, B11)."""
from django.utils import translation
from django.utils.translation import get_language

from admissions.actions.stay import lock_any_stay
from admissions.errors import DischargeIsIncomplete, NotADischargeSummary, SummaryIsOutdated, SummaryIsSigned
from admissions.queries import discharge_summary as queries
from admissions.queries.checklist import final_diagnoses
from admissions.rules import discharge_summary as rules
from emr import clock
from emr.actions.document import before_signing, check_draft, draft, sign
from emr.actions.fact import lock_fact
from emr.acts import act
from emr.journal import record
from emr.models import Document, Encounter
from emr.rules.document import clean_sections


@act("admissions.draft_discharge")
def draft_discharge(encounter, *, by, language=None):
    """Draft the discharge summary of a stay from its rows, or refresh the draft there is; the doctor's own texts stay.

    `language`: of the paper, default the language of the one who drafts. Raises NotAStay, SummaryIsSigned, NotTheAuthor.
    """
    patient, stay = lock_any_stay(encounter, by)
    existing = queries.summaries(stay).first()
    if existing and existing.status == Document.Status.SIGNED:
        raise SummaryIsSigned(number=existing.number)
    language = (existing.language if existing else language or get_language() or "en")[:2]
    with translation.override(language):
        sections, title = rules.build(queries.material(stay)), str(rules.title(stay))
    happened_at = stay.finished_at or clock.now()
    if existing:
        document = _refresh(existing, sections, title, happened_at, by)
    else:
        document = draft(patient, kind=Document.Kind.DISCHARGE_SUMMARY, title=title, sections=sections, by=by,
                         encounter=stay, happened_at=happened_at, language=language)
    record(document, patient=patient, encounter=stay, number=document.number, refreshed=bool(existing))
    return document


def _refresh(existing, sections, title, happened_at, by):
    document = Document.objects.select_for_update(no_key=True).get(pk=existing.pk)
    check_draft(document, by, None)
    document.sections = clean_sections(rules.keep_texts(sections, document.sections))
    document.happened_at, document.title, document.edited = happened_at, title, document.edited + 1
    document.save(update_fields=["sections", "title", "happened_at", "edited"])
    return document


@act("admissions.sign_discharge")
def sign_discharge(document, *, by, edited=None):
    """Sign the discharge summary: from then on nobody can change it, only amend it.

    `edited`: the counter of the draft that was read. Raises DischargeIsIncomplete (naming what is missing),
    SummaryIsOutdated when the patient was discharged after the draft was built, NotTheAuthor, StaleDraft, NotADraft.
    """
    patient, document = lock_fact(Document, document, by)
    if document.kind != Document.Kind.DISCHARGE_SUMMARY or document.encounter_id is None:
        raise NotADischargeSummary(number=document.number)
    sign(document, by=by, edited=edited)
    record(document, patient=patient, encounter=document.encounter_id, number=document.number, sha256=document.sha256)
    return document


@before_signing(Document.Kind.DISCHARGE_SUMMARY)
def check_complete(document):
    """A summary of a stay of ours is signed only when nothing is missing and it knows of the discharge."""
    stay = Encounter.objects.filter(pk=document.encounter_id, kind=Encounter.Kind.INPATIENT, source__isnull=True).first()
    if stay is None:
        return
    if missing := rules.missing(stay, list(final_diagnoses(stay)), document.sections):
        raise DischargeIsIncomplete(missing=", ".join(missing))
    if document.happened_at != stay.finished_at:
        raise SummaryIsOutdated()
