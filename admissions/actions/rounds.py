"""The rounds note, begun with what the record knows of the last 24 hours (B5)."""
from django.utils.translation import gettext as _

from admissions.actions.stay import lock_stay
from admissions.rules import rounds as rules
from emr import clock
from emr.actions.document import draft
from emr.acts import act
from emr.journal import record
from emr.models import Document


@act("admissions.draft_rounds")
def draft_rounds(encounter, *, by):
    """Begin a progress note of this stay, its findings filled from the last 24 hours; the doctor writes the judgement.

    Raises NotAStay, EncounterIsFinished, ChartNotVisible.
    """
    patient, stay = lock_stay(encounter, by)
    now = clock.now()
    title = _("Rounds {day}").format(day=f"{clock.day_of(now):%d.%m.%Y}")
    document = draft(patient, kind=Document.Kind.PROGRESS_NOTE, title=title, sections=rules.sections(stay, now), by=by,
                     encounter=stay)
    record(document, patient=patient, encounter=stay, number=document.number, title=title)
    return document
