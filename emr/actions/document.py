"""Papers of the chart: a draft is edited, its author signs it, a correction is a new version beside it (B10, B11)."""
import base64
import hashlib
import os

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from emr import acts, clock, printing
from emr.actions.fact import encounter_of, lock_fact, not_in_future, open_for_writing
from emr.acts import act
from emr.errors import Malformed, ReasonMissing, Refusal
from emr.journal import record
from emr.models import Document, DocumentRendering, Staff
from emr.numbering import next_number
from emr.permissions import LEARNERS
from emr.rules.document import clean_sections, digest, is_empty
from emr.rules.texts import fits

DOCTORS = {"er_doctor", "ward_doctor"}


class NotADraft(Refusal):
    code = "emr.document_is_not_a_draft"
    message = _("{number} is {status}. Amend a signed document; write an abandoned one anew.")


class NotTheAuthor(Refusal):
    code, status = "emr.not_the_author", 403
    message = _("This is the document of {author}. Only its author may do this; write a document of your own.")


class StaleDraft(Refusal):
    code, status = "emr.stale_draft", 412
    message = _("The draft was changed meanwhile (edit {edited}, you hold {yours}). Copy your text and open it again.")


class NothingToSign(Refusal):
    code, status = "emr.nothing_to_sign", 422
    message = _("The document is empty. Write something before signing.")


class NotSigned(Refusal):
    code = "emr.document_is_not_signed"
    message = _("{number} is not signed. Edit the draft instead.")


class AlreadyAmended(Refusal):
    code = "emr.document_already_amended"
    message = _("{number} already has a newer version. Amend that one.")


class AmendedMeanwhile(Refusal):
    code = "emr.document_already_amended"
    message = _("A newer version was written at this moment. Open it and amend that one.")


class FrozenDocument(Refusal):
    code = "emr.document_is_not_a_draft"
    message = _("A signed document is never changed. Write an amendment.")


acts.LAST_LINE["emr_document_replaces_id_key"] = AmendedMeanwhile
acts.LAST_LINE["a_signed_document_is_frozen"] = FrozenDocument


def draft(patient, *, kind, title, sections, by, encounter=None, happened_at=None, language=None, author=None,
          source=None):
    """Begin a paper inside the caller's act (patient locked).

    `happened_at`: aware; the moment, or the end of the period, that the paper is about. `author`: who will sign, when
    the caller writes for somebody else. Raises Malformed, TextTooLong, TimeInFuture.
    """
    acts.current()
    title, now = (title or "").strip(), clock.now()
    if kind not in Document.Kind.values:
        raise Malformed(problem=f"kind: one of {', '.join(Document.Kind.values)} is needed")
    if not title:
        raise Malformed(problem="title: a title is needed")
    language = language or (get_language() or "en")[:2]
    fits(Document, title=title, language=language)
    happened_at, sections = not_in_future(happened_at), clean_sections(sections)
    encounter = encounter_of(patient, encounter)
    return Document.objects.create(
        patient=patient, encounter=encounter, kind=kind, title=title, sections=sections, language=language,
        number=f"D{now.year}-{next_number(f'document-{now.year}'):06d}", author=author or by, created_at=now,
        happened_at=happened_at, check_code=new_check_code(), source=source)


BEFORE_SIGNING = {}  # kind -> function(document) that raises a refusal; an upper app declares what its paper must hold


def before_signing(kind):
    """Declare a check that every signature of this kind of document passes, whichever act signs."""

    def declare(function):
        BEFORE_SIGNING[kind] = function
        return function

    return declare


def new_check_code() -> str:
    """A code nobody can guess (80 random bits in base 32); stands in the QR code of the paper."""
    return base64.b32encode(os.urandom(10)).decode()


def sign(document, *, by, at=None, edited=None):
    """Freeze a locked draft inside the caller's act; its digest is stored and the database refuses any change after.

    Only the author signs; the system may enter the author's own signature of a replayed past. Raises NotADraft,
    NotTheAuthor, StaleDraft, NothingToSign, TimeInFuture.
    """
    acts.current()
    check_draft(document, by, edited)
    if is_empty(document.sections):
        raise NothingToSign()
    if check := BEFORE_SIGNING.get(document.kind):
        check(document)
    document.status, document.signed_at, document.signed_by = Document.Status.SIGNED, not_in_future(at), document.author
    document.sha256, document.needs_co_signature = digest(document), _by_a_learner(document, by)
    document.save(update_fields=["status", "signed_at", "signed_by", "sha256", "needs_co_signature"])
    return document


def _by_a_learner(document, by) -> bool:
    """Does a learner sign, who is nothing else today? The past that the system enters is judged by nobody's present role."""
    return document.author_id == by.pk and bool(by.role_names) and by.role_names <= LEARNERS


def check_draft(document, by, edited):
    """Raises NotADraft, NotTheAuthor, StaleDraft (when `edited` is not the draft's counter)."""
    if document.status != Document.Status.DRAFT:
        raise NotADraft(number=document.number, status=document.get_status_display())
    if document.author_id != by.pk and by.kind != Staff.Kind.SYSTEM:
        raise NotTheAuthor(author=document.author.short_name)
    if edited is not None and int(edited) != document.edited:
        raise StaleDraft(edited=document.edited, yours=edited)


def _journal(document, **data):
    record(document, patient=document.patient_id, encounter=document.encounter_id, number=document.number,
           kind=document.kind, title=document.title, version=document.version, **data)


@act("emr.write_document")
def write_document(patient, *, by, kind, title, sections, encounter=None, happened_at=None, language=None):
    """Begin a draft: note, consult, discharge summary. Sections are {"key", "title", "text", "rows"}."""
    patient = open_for_writing(patient, by)
    document = draft(patient, kind=kind, title=title, sections=sections, by=by, encounter=encounter,
                     happened_at=happened_at, language=language)
    _journal(document)
    return document


@act("emr.edit_document")
def edit_document(document, *, by, sections, title=None, edited=None):
    """Save the author's draft anew. `edited`: the edit counter of the draft in hand; another one raises StaleDraft."""
    _patient, document = lock_fact(Document, document, by)
    check_draft(document, by, edited)
    document.sections, document.edited = clean_sections(sections), document.edited + 1
    document.title = (title or "").strip() or document.title
    fits(Document, title=document.title)
    document.save(update_fields=["sections", "title", "edited"])
    _journal(document, edited=document.edited)
    return document


@act("emr.sign_document")
def sign_document(document, *, by, edited=None):
    """Sign one's own draft; from then on nobody can change it. `edited`: the counter of the text that was read."""
    _patient, document = lock_fact(Document, document, by)
    sign(document, by=by, edited=edited)
    _journal(document, sha256=document.sha256)
    return document


@act("emr.amend_document")
def amend_document(document, *, by, sections, reason):
    """Write the next version of a signed document, signed at once; the old one stays readable and says so.

    The author amends, or a doctor. Raises NotSigned, AlreadyAmended, ReasonMissing, NotTheAuthor.
    """
    _patient, old = lock_fact(Document, document, by)
    new = _next_version(old, sections=sections, reason=(reason or "").strip(), by=by)
    _journal(new, reason=new.amendment_reason, sha256=new.sha256, replaces=old.number)
    return new


def _next_version(old, *, sections, reason, by):
    if old.status != Document.Status.SIGNED:
        raise NotSigned(number=old.number)
    if old.author_id != by.pk and by.kind != Staff.Kind.SYSTEM and not by.role_names & DOCTORS:
        raise NotTheAuthor(author=old.author.short_name)
    if not reason:
        raise ReasonMissing()
    if Document.objects.filter(replaces=old).exists():
        raise AlreadyAmended(number=old.number)
    fits(Document, amendment_reason=reason)
    sections, now = clean_sections(sections), clock.now()
    if is_empty(sections):
        raise NothingToSign()
    new = Document(
        patient_id=old.patient_id, encounter_id=old.encounter_id, kind=old.kind, title=old.title, language=old.language,
        sections=sections, version=old.version + 1, replaces=old, amendment_reason=reason, author=by, created_at=now,
        number=f"{old.number.split('/')[0]}/{old.version + 1}", happened_at=old.happened_at, source_id=old.source_id,
        check_code=new_check_code(), status=Document.Status.SIGNED, signed_at=now, signed_by=by)
    new.sha256, new.needs_co_signature = digest(new), _by_a_learner(new, by)
    new.save(force_insert=True)
    return new


@act("emr.abandon_document")
def abandon_document(document, *, by, reason):
    """Give up one's own draft, with the reason; it stays readable as abandoned."""
    _patient, document = lock_fact(Document, document, by)
    check_draft(document, by, None)
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    document.status = Document.Status.ABANDONED
    document.save(update_fields=["status"])
    _journal(document, reason=reason)
    return document


def rendering(document, language=None) -> DocumentRendering:
    """The PDF of a signed document in this language (of its headings), made once and the same for ever.

    While it waits for a co-signature it says so and is not kept. Not an act: it adds nothing to the chart. Call it outside
    transactions. Raises NotSigned, PdfUnavailable.
    """
    language = language or document.language
    if document.status != Document.Status.SIGNED:
        raise NotSigned(number=document.number)
    stored = DocumentRendering.objects.filter(document=document, language=language)
    if found := stored.first():
        return found
    body = printing.pdf(printing.document_html(document, language))
    made = DocumentRendering(document=document, language=language, body=body, sha256=hashlib.sha256(body).hexdigest())
    if document.waits_for_co_signature:
        return made
    DocumentRendering.objects.bulk_create([made], ignore_conflicts=True)
    return stored.get()  # of two made at once the first stored is the one that stays
