"""Verbal orders: a nurse writes what a doctor tells, reads it back; the doctor signs it later or says it was not so.

Locks: the stay when it is taken; the order, then its verbal row, when it is signed or disputed (docs/locking.md): of a
signature and a dispute at the same moment one stands and the other is told.
"""
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.access import link_of
from emr.actions.encounter import lock_encounter_for_orders, refuse_strangers
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing, Refusal, TimeInFuture
from emr.journal import record
from emr.models import Staff
from orders.actions.medication_request import active_medication, lock_request, write_order
from orders.errors import ChecksUnanswered, OrderIsError, SecondSignatureMissing
from orders.models import OrderPolicy, Tier, VerbalOrder
from orders.queries import order_policy
from orders.queries import verbal_order as queries


class NotReadBack(Refusal):
    code, status = "orders.not_read_back", 422
    message = _("Read the order back to the doctor, drug, dose, route and how often, and tick that it was confirmed.")


class NotByWordOfMouth(Refusal):
    code, status = "orders.not_by_word_of_mouth", 422
    message = _("{medication} may not be ordered by word of mouth: {policy} Ask the doctor to write the order.")


class HardStopByWordOfMouth(Refusal):
    code, status = "orders.hard_stop_by_word_of_mouth", 422
    message = _("{sentences} A hard stop is not passed by word of mouth: tell the doctor, who chooses another drug or writes the "
                "order with a second doctor.")


class DoctorMayNotOrder(Refusal):
    code, status = "orders.doctor_may_not_order", 422
    message = _("{name} may not prescribe for this patient. Name the doctor who told the order, of the team or on duty.")


class DoctorIsYou(Refusal):
    code, status = "orders.doctor_is_you", 422
    message = _("You may prescribe yourself: write the order and sign it, it is no verbal order.")


class AlreadySigned(Refusal):
    code = "orders.verbal_already_signed"
    message = _("This verbal order was signed at {at} by {by}. To end it, stop the order.")


class AlreadyDisputed(Refusal):
    code = "orders.verbal_already_disputed"
    message = _("{by} said at {at} that it was not ordered so ({reason}); the order is stopped. Prescribe anew if the drug is "
                "needed.")


class NotYoursToSign(Refusal):
    code, status = "orders.verbal_not_yours", 403
    message = _("{name} told this order and signs it. A colleague who treats the patient may sign once it is overdue.")


class NotYoursToDispute(Refusal):
    code, status = "orders.verbal_not_yours_to_dispute", 403
    message = _("Only {name}, who is said to have told this order, can say that it was not so. You may stop the order.")


@act("orders.take_verbal_order")
def take_verbal_order(encounter, *, by, doctor, medication, how="telephone", read_back=False, read_back_at=None,
                      override_reason="", override_reasons=None, doses=None, **order):
    """Write an order that a doctor told by telephone or at the bedside, after reading it back. Doses may be given at once.

    `doctor` (row or id) is the prescriber, the nurse the author; `read_back_at` aware, default now. The order's fields and checks
    are those of prescribe_medication; a warning takes the doctor's reason, a hard stop is refused. Raises NotReadBack,
    NotByWordOfMouth, HardStopByWordOfMouth, DoctorMayNotOrder, DoctorIsYou, TimeInFuture, and what prescribing raises.
    """
    if not read_back:
        raise NotReadBack()
    if how not in VerbalOrder.How.values:
        raise Malformed(problem=f"how: one of {', '.join(VerbalOrder.How.values)}")
    encounter = lock_encounter_for_orders(encounter, by=by)
    doctor, drug = _teller(doctor, encounter, by), active_medication(medication)
    read_back_at = read_back_at or clock.now()
    if read_back_at > clock.now():
        raise TimeInFuture()
    forbidden = order_policy.met_by(drug, encounter.department_id).filter(kind=OrderPolicy.Kind.NOT_VERBAL).first()
    if forbidden:
        raise NotByWordOfMouth(medication=str(drug), policy=forbidden.sentence)
    row, about = _written(encounter, drug, by, doctor, order, doses, {
        "override_reason": override_reason, "override_reasons": override_reasons, "second_signature": None})
    VerbalOrder.objects.create(request=row, how=how, read_back_at=read_back_at, recorded_at=row.recorded_at, recorded_by=by)
    record(row, patient=row.patient_id, encounter=row.encounter_id, told_by=str(doctor.pk), name=str(doctor), how=how,
           read_back=read_back_at.isoformat(), **about)
    return row


def _teller(doctor, encounter, by) -> Staff:
    """The doctor who told the order: may prescribe, works here, and has to do with this patient."""
    if by.may("orders.prescribe_medication") and by.kind != Staff.Kind.SYSTEM:
        raise DoctorIsYou()
    row = Staff.objects.prefetch_related("roles").filter(pk=getattr(doctor, "pk", doctor)).first() if doctor else None
    if row is None:
        raise NotFound()
    may = row.kind == Staff.Kind.PERSON and row.left_on is None and row.may("orders.prescribe_medication")
    if not may or not link_of(row, encounter.patient):
        raise DoctorMayNotOrder(name=str(row))
    return row


def _written(encounter, drug, by, doctor, order, doses, answers):
    """The order, or the sentence that a hard stop is nothing for a nurse to answer."""
    try:
        return write_order(encounter, medication=drug, by=by, prescriber=doctor, doses=doses, order=order, answers=answers)
    except (ChecksUnanswered, SecondSignatureMissing) as refusal:
        stops = [each for each in refusal.data["findings"] if each["tier"] == Tier.HARD_STOP]
        if stops:
            raise HardStopByWordOfMouth(sentences=" ".join(each["sentence"] for each in stops), findings=stops) from refusal
        raise


@act("orders.sign_verbal_order")
def sign_verbal_order(verbal, *, by):
    """The doctor signs what he told. A colleague who treats the patient may sign what is overdue.

    Raises AlreadySigned, AlreadyDisputed, NotYoursToSign, OrderIsError, ChartNotVisible.
    """
    row = _locked(verbal)
    if row.request.prescriber_id != by.pk:
        refuse_strangers(by, row.request.patient_id)
        if not queries.one(row.pk).is_overdue:
            raise NotYoursToSign(name=str(row.request.prescriber))
    row.signed_at, row.signed_by = clock.now(), by
    row.save(update_fields=["signed_at", "signed_by"])
    _tell(row, name=str(row.recorded_by))
    return row


@act("orders.dispute_verbal_order")
def dispute_verbal_order(verbal, *, by, reason):
    """The doctor says that it was not ordered so: the order stops now, nurse and head nurse see it, nothing vanishes.

    Doses that were given stay on record. Raises NotYoursToDispute, AlreadySigned, AlreadyDisputed, ReasonMissing, OrderIsError.
    """
    if not reason.strip():
        raise ReasonMissing()
    row = _locked(verbal)
    if row.request.prescriber_id != by.pk:
        raise NotYoursToDispute(name=str(row.request.prescriber))
    row.disputed_at, row.disputed_by, row.dispute_reason = clock.now(), by, reason.strip()[:300]
    row.save(update_fields=["disputed_at", "disputed_by", "dispute_reason"])
    order = row.request
    if not order.stopped_at or order.stopped_at > row.disputed_at:
        order.stopped_at, order.stopped_by, order.stop_reason = row.disputed_at, by, str(_("not ordered so: {reason}")).format(
            reason=row.dispute_reason)[:300]
        order.save(update_fields=["stopped_at", "stopped_by", "stop_reason"])
    _tell(row, reason=row.dispute_reason, name=str(row.recorded_by))
    return row


def _locked(verbal) -> VerbalOrder:
    """The verbal order with its order locked, still unsigned and undisputed."""
    pk = getattr(verbal, "pk", verbal)
    order = lock_request(VerbalOrder.objects.filter(pk=pk).values("request")[:1])
    row = VerbalOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("recorded_by").get(pk=pk)
    row.request = order
    if order.error_at:
        raise OrderIsError()
    if row.signed_at:
        raise AlreadySigned(at=row.signed_at, by=str(row.signed_by))
    if row.disputed_at:
        raise AlreadyDisputed(at=row.disputed_at, by=str(row.disputed_by), reason=row.dispute_reason)
    return row


def _tell(row, **about):
    record(row, patient=row.request.patient_id, encounter=row.request.encounter_id, order=str(row.request_id),
           medication=str(row.request.medication), **about)
