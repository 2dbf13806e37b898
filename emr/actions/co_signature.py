"""A physician signs below what a learner wrote (B11)."""
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.actions.document import NotSigned
from emr.actions.fact import lock_fact
from emr.acts import act
from emr.errors import Refusal
from emr.journal import record
from emr.models import CoSignature, Document


class NoCoSignatureNeeded(Refusal):
    code = "emr.no_co_signature_needed"
    message = _("{number} stands by its author's signature alone. Write a document of your own, or amend it.")


class OwnCoSignature(Refusal):
    code, status = "emr.own_co_signature", 403
    message = _("You wrote this document. Another physician signs below it.")


class AlreadyCoSigned(Refusal):
    code = "emr.already_co_signed"
    message = _("The document is already co-signed. Open it again to see by whom.")


acts.LAST_LINE["emr_cosignature_document_id_key"] = AlreadyCoSigned


@act("emr.co_sign_document")
def co_sign_document(document, *, by):
    """Sign below a learner's signed document; only physicians may, and never below their own.

    Raises NotSigned, NoCoSignatureNeeded, OwnCoSignature, AlreadyCoSigned, ChartNotVisible.
    """
    patient, document = lock_fact(Document, document, by)
    if document.status != Document.Status.SIGNED:
        raise NotSigned(number=document.number)
    if not document.needs_co_signature:
        raise NoCoSignatureNeeded(number=document.number)
    if document.author_id == by.pk:
        raise OwnCoSignature()
    if CoSignature.objects.filter(document=document).exists():
        raise AlreadyCoSigned()
    row = CoSignature.objects.create(document=document, signed_at=clock.now(), signed_by=by)
    record(document, patient=patient, encounter=document.encounter_id, number=document.number, title=document.title)
    return row
