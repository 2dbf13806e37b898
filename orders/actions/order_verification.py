"""The pharmacist looks at an order that policy sends to him: verified, or asked back to the doctor, who answers or changes it.

Locks: the order (docs/locking.md). A successor of a changed order is an order of its own and waits anew.
"""
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.actions.encounter import refuse_strangers
from emr.acts import LAST_LINE, act
from emr.errors import ReasonMissing, Refusal
from emr.journal import record
from orders.actions.medication_request import lock_request
from orders.errors import OrderIsCompleted, OrderIsError, OrderIsStopped
from orders.models import OrderVerification
from orders.queries import order_verification as queries

Kind = OrderVerification.Kind


class NothingToVerify(Refusal):
    code, status = "orders.nothing_to_verify", 422
    message = _("No policy asks to verify this order. Nothing is waiting for you here.")


class AlreadyVerified(Refusal):
    code = "orders.already_verified"
    message = _("This order was verified at {at} by {by}. Look at the list again.")


class AlreadyVerifiedNow(Refusal):
    """A race that only the database saw."""

    code = "orders.already_verified"
    message = _("A colleague verified this order at this moment. Look at the list again.")


class VerifierIsPrescriber(Refusal):
    code, status = "orders.verifier_is_prescriber", 422
    message = _("You prescribed this order or wrote it down; another person verifies it.")


class AlreadyAskedBack(Refusal):
    code = "orders.already_asked_back"
    message = _("{by} asked the doctor at {at}: {question} Wait for the answer, or verify the order.")


class NoQuestion(Refusal):
    code = "orders.no_question"
    message = _("No question of the pharmacist is open on this order. Look at the orders again.")


LAST_LINE["an_order_is_verified_once"] = AlreadyVerifiedNow


@act("orders.verify_order")
def verify_order(request, *, by):
    """The pharmacist has looked at the order and agrees; where policy held it back it may be given from now on.

    Raises NothingToVerify, AlreadyVerified, VerifierIsPrescriber, OrderIsStopped, OrderIsCompleted, OrderIsError.
    """
    row, _last = _to_look_at(request, by)
    _refuse_own(row, by)
    return _say(row, Kind.VERIFIED, "", by)


@act("orders.question_order")
def question_order(request, *, by, reason):
    """Ask the doctor about an order; it goes back to him and leaves the pharmacist's list until he answers or changes it.

    Raises ReasonMissing, AlreadyAskedBack, and what verify_order raises.
    """
    row, last = _to_look_at(request, by)
    _refuse_own(row, by)
    if last and last.kind == Kind.QUESTIONED:
        raise AlreadyAskedBack(at=last.recorded_at, by=str(last.recorded_by), question=last.text)
    return _say(row, Kind.QUESTIONED, reason, by)


@act("orders.answer_question")
def answer_question(request, *, by, answer):
    """The doctor answers the pharmacist and leaves the order as it is; it waits for the pharmacist again.

    Raises NoQuestion, ReasonMissing, and what verify_order raises but for the prescriber.
    """
    row, last = _to_look_at(request, by)
    if not last or last.kind != Kind.QUESTIONED:
        raise NoQuestion()
    return _say(row, Kind.ANSWERED, answer, by)


def _to_look_at(request, by):
    """The locked order and what was said of it last; refuses what there is nothing to say of any more."""
    row = lock_request(request)
    refuse_strangers(by, row.patient_id)
    if row.error_at:
        raise OrderIsError()
    if row.verified_by_policy_id is None:
        raise NothingToVerify()
    if row.stopped_at:
        raise OrderIsStopped(at=row.stopped_at, reason=row.stop_reason)
    if row.ends_at and row.ends_at <= clock.now():
        raise OrderIsCompleted(at=row.ends_at)
    last = queries.last_of(row)
    if last and last.kind == Kind.VERIFIED:
        raise AlreadyVerified(at=last.recorded_at, by=str(last.recorded_by))
    return row, last


def _refuse_own(row, by):
    if by.pk in (row.prescriber_id, row.recorded_by_id):
        raise VerifierIsPrescriber()


def _say(row, kind, text, by):
    text = (text or "").strip()[:500]
    if kind != Kind.VERIFIED and not text:
        raise ReasonMissing()
    said = OrderVerification.objects.create(request=row, kind=kind, text=text, recorded_at=clock.now(), recorded_by=by)
    record(said, patient=row.patient_id, encounter=row.encounter_id, order=str(row.pk), medication=str(row.medication),
           reason=text)
    return said
