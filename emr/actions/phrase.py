"""Phrases: written, changed as a new version, withdrawn; filled into a draft from the chart (B5, I2)."""
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.access import chart_for
from emr.actions.document import check_draft
from emr.actions.fact import lock_fact, withdraw
from emr.acts import act
from emr.errors import Malformed, NotFound, Refusal
from emr.journal import record
from emr.models import Department, Document, Phrase
from emr.queries import phrase as queries
from emr.rules.document import clean_sections
from emr.rules.phrase import CODE, About, expand, unknown_fields
from emr.rules.texts import fits


class PhraseCodeTaken(Refusal):
    code = "emr.phrase_code_taken"
    message = _("There is a phrase of this name already. Change that one, or choose another name.")


class UnknownField(Refusal):
    code, status = "emr.unknown_field", 422
    message = _("The record cannot fill {names}. Choose fields from the list beside the text.")


class NotYourPhrase(Refusal):
    code, status = "emr.not_your_phrase", 403
    message = _("A phrase is shared and changed by those who work in its department. Write one of your own.")


class PhraseIsOver(Refusal):
    code = "emr.phrase_is_over"
    message = _("The phrase was changed or withdrawn meanwhile. Open the list again.")


acts.LAST_LINE["one_own_phrase_per_code"] = PhraseCodeTaken
acts.LAST_LINE["one_shared_phrase_per_code"] = PhraseCodeTaken
acts.LAST_LINE["emr_phrase_replaces_id_key"] = PhraseIsOver


def _words(code, title, text):
    code, title, text = ((value or "").strip() for value in (code, title, text))
    code = code.removeprefix(".").lower()
    if not CODE.fullmatch(code):
        raise Malformed(problem="code: a letter, then letters, digits, - or _, at most 20")
    if not text:
        raise Malformed(problem="text: a text is needed")
    if unknown := unknown_fields(text):
        raise UnknownField(names=", ".join(f"{{{name}}}" for name in unknown))
    fits(Phrase, title=title, text=text)
    return {"code": code, "title": title or code, "text": text.replace("\r\n", "\n")}


def _journal(phrase, **data):
    record(phrase, title=phrase.title, name=str(phrase), version=phrase.version,
           department=phrase.department.name if phrase.department_id else "", **data)


@act("emr.write_phrase")
def write_phrase(*, by, code, text, title="", department=None):
    """Write a phrase: one's own, or shared with all who work in `department` (one of the writer's own).

    `code`: what is typed after a dot. Raises Malformed, UnknownField, NotYourPhrase, PhraseCodeTaken.
    """
    words = _words(code, title, text)
    shared = Department.objects.filter(pk=getattr(department, "pk", department)).first() if department else None
    if department and (shared is None or shared.pk not in by.department_ids):
        raise NotYourPhrase()
    phrase = Phrase.objects.create(**words, owner=None if shared else by, department=shared, recorded_by=by)
    _journal(phrase)
    return phrase


def _own(phrase, by):
    """The phrase, locked, if it is in use and the actor's or of his department. Raises NotFound, NotYourPhrase, PhraseIsOver."""
    found = Phrase.objects.select_for_update(no_key=True, of=("self",)).select_related("department").filter(
        pk=getattr(phrase, "pk", phrase)).first()
    if found is None:
        raise NotFound()
    if found.owner_id != by.pk and found.department_id not in by.department_ids:
        raise NotYourPhrase()
    if found.ended_at or found.error_at:
        raise PhraseIsOver()
    return found


@act("emr.change_phrase")
def change_phrase(phrase, *, by, text, title=""):
    """Write the next version of a phrase; the former one ends and stays. Raises NotYourPhrase, PhraseIsOver, UnknownField."""
    old = _own(phrase, by)
    words = _words(old.code, title or old.title, text)
    old.ended_at = clock.now()
    old.save(update_fields=["ended_at"])
    new = Phrase.objects.create(**words, owner_id=old.owner_id, department=old.department, version=old.version + 1, replaces=old,
                                recorded_by=by)
    _journal(new)
    return new


@act("emr.withdraw_phrase")
def withdraw_phrase(phrase, *, by, reason):
    """Take a phrase out of use, with the reason; notes that used it keep their words. Raises NotYourPhrase, ReasonMissing."""
    phrase = _own(phrase, by)
    withdraw(phrase, reason=reason, by=by)
    _journal(phrase, reason=phrase.error_reason)
    return phrase


@act("emr.fill_phrases")
def fill_phrases(document, *, by, sections, title=None, edited=None):
    """Save the author's draft with every typed `.code` of a phrase replaced by its text, filled from the record.

    What the record said is cited with the row it comes from. `edited`: the edit counter of the draft in hand.
    Raises NotADraft, NotTheAuthor, StaleDraft, ChartNotVisible.
    """
    patient, document = lock_fact(Document, document, by)
    check_draft(document, by, edited)
    chart = chart_for(by, patient, "phrases")
    about, phrases, used = About(patient, document.encounter, clock.now(), chart.shows), queries.by_code(by), []
    with translation.override(document.language):
        filled = [expand(section, phrases, about) for section in clean_sections(sections)]
    for _section, codes in filled:
        used += codes
    document.sections, document.edited = clean_sections([section for section, _codes in filled]), document.edited + 1
    document.title = (title or "").strip() or document.title
    fits(Document, title=document.title)
    document.save(update_fields=["sections", "title", "edited"])
    record(document, patient=patient, encounter=document.encounter_id, number=document.number, edited=document.edited,
           text=", ".join(f".{code}" for code in dict.fromkeys(used)))
    return document
