"""What follows missed visits: proposed by counting, decided by a person, told to the patient, who may object (R75, A22)."""
from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import Patient
from emr.rules.texts import fits
from outpatient.booking import errors_of_no_show as errors
from outpatient.booking.actions.booking import lock_booking, refuse_over
from outpatient.booking.actions.notice import tell
from outpatient.booking.actions.rebooking import take_back
from outpatient.booking.models import Booking, BookingNotice, NoShowDecision, OnlinePause
from outpatient.booking.queries import no_show as queries
from outpatient.booking.queries.account import is_of
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.no_show import LASTS, NEEDED, TOLD, Step

acts.LAST_LINE["one_decision_per_missed_visit"] = errors.NotEnoughMissed


@act("booking.send_notice")
def send_notice(patient, *, by):
    """Tell the patient kindly that a visit was missed and what a missed visit means to others.

    Raises LadderIsOff, NotEnoughMissed.
    """
    return _decide(patient, Step.NOTICE, by)


@act("booking.require_confirmation")
def require_confirmation(patient, *, by):
    """For 90 days the patient keeps an online order only by confirming it on the eve. Raises LadderIsOff, NotEnoughMissed."""
    return _decide(patient, Step.CONFIRM, by)


@act("booking.decide_pause")
def decide_pause(patient, *, by, reason):
    """No online orders for 30 days; registry, telephone and kiosk stay open.

    Raises LadderIsOff, NotEnoughMissed, ReasonMissing.
    """
    if not (reason or "").strip():
        raise ReasonMissing()
    fits(OnlinePause, reason=reason.strip())
    return _decide(patient, Step.PAUSE, by, reason=reason.strip())


def _decide(patient, step, by, reason=""):
    if not setting().no_show_ladder:
        raise errors.LadderIsOff()
    patient, now = lock_patient(patient), clock.now()
    missed, last = len(queries.of_patient(patient)), queries.undecided(patient)
    if missed < NEEDED[step] or last is None:
        raise errors.NotEnoughMissed(needed=NEEDED[step], days=queries.WINDOW.days, missed=missed)
    until = LASTS[step] and now + LASTS[step]
    pause = OnlinePause.objects.create(patient=patient, since=now, until=until, reason=reason,
                                       decided_by=by) if step == Step.PAUSE else None
    decision = NoShowDecision.objects.create(patient=patient, step=step, missed=missed, last_missed=last, decided_at=now,
                                             decided_by=by, until=until, pause=pause)
    tell(last, BookingNotice.Kind.MISSED)
    record(decision, patient=patient, step=step, missed=missed, reason=reason)
    return decision


@act("booking.object_to_decision")
def object_to_decision(decision, *, by, text):
    """The patient says why the decision is wrong; the administration answers. Raises NotFound, ReasonMissing, AlreadyObjected."""
    decision = _lock(decision)
    if isinstance(by, Patient) and not is_of(by, decision.patient_id):
        raise NotFound()
    if not (text or "").strip():
        raise ReasonMissing()
    if decision.objected_at:
        raise errors.AlreadyObjected(at=decision.objected_at)
    fits(NoShowDecision, objection=text.strip())
    decision.objection, decision.objected_at = text.strip(), clock.now()
    decision.save(update_fields=["objection", "objected_at"])
    record(decision, patient=decision.patient_id, step=decision.step)
    return decision


@act("booking.lift_pause")
def lift_pause(decision, *, by, reason):
    """Lift a decision of the ladder, the pause with it: at once orders are taken online again.

    Raises ReasonMissing, DecisionIsOver.
    """
    decision, reason, now = _lock(decision), (reason or "").strip(), clock.now()
    if not reason:
        raise ReasonMissing()
    if decision.lifted_at:
        raise errors.DecisionIsOver(at=decision.lifted_at)
    fits(NoShowDecision, answer=reason)
    decision.lifted_at, decision.lifted_by, decision.answer, decision.answered_at = now, by, reason, now
    decision.save(update_fields=["lifted_at", "lifted_by", "answer", "answered_at"])
    if decision.pause_id:
        OnlinePause.objects.filter(pk=decision.pause_id).update(lifted_at=now, lifted_by=by, lift_reason=reason)
    record(decision, patient=decision.patient_id, step=decision.step, reason=reason)
    return decision


@act("booking.answer_objection")
def answer_objection(decision, *, by, answer):
    """Say why the decision stands all the same. Raises ReasonMissing, NotFound when there is no open objection."""
    decision = _lock(decision)
    if not (answer or "").strip():
        raise ReasonMissing()
    if not decision.objected_at or decision.answered_at:
        raise NotFound()
    fits(NoShowDecision, answer=answer.strip())
    decision.answer, decision.answered_at = answer.strip(), clock.now()
    decision.save(update_fields=["answer", "answered_at"])
    record(decision, patient=decision.patient_id, step=decision.step, reason=decision.answer)
    return decision


@act("booking.confirm_booking")
def confirm_booking(booking, *, by):
    """The patient comes: said on the eve, by the link of the reminder. Raises NotFound, NothingToConfirm, BookingIsCancelled."""
    booking = lock_booking(booking, by)
    refuse_over(booking)
    if not Booking.objects.filter(queries.must_confirm(), pk=booking.pk).exists() or booking.confirmed_at:
        raise errors.NothingToConfirm()
    booking.confirmed_at = clock.now()
    booking.save(update_fields=["confirmed_at"])
    record(booking, patient=booking.patient_id)
    return booking


@act("booking.return_unconfirmed")
def return_unconfirmed(booking, *, by):
    """The coupon goes back: a decision asked for a confirmation, the reminder was sent in time, midnight has passed, nobody
    confirmed.

    Raises NothingToConfirm, BookingIsCancelled, VisitHasBegun.
    """
    booking = lock_booking(booking, by)
    refuse_over(booking)
    if not _unconfirmed().filter(pk=booking.pk).exists():
        raise errors.NothingToConfirm()
    take_back(booking, _("Not confirmed on the eve"))
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id))
    return booking


def return_all_unconfirmed(*, by) -> int:
    """All such coupons of today that have not begun; how many went back. By the system."""
    returned = 0
    for pk in list(_unconfirmed().values_list("pk", flat=True)) if setting().no_show_ladder else ():
        try:
            returned += bool(return_unconfirmed(pk, by=by))
        except Refusal:
            continue  # confirmed, cancelled or arrived at this moment
    return returned


def _unconfirmed():
    """Online orders of today, not confirmed, of whom a sent reminder asked it two hours before midnight at the latest."""
    asked = BookingNotice.objects.filter(kind=BookingNotice.Kind.REMINDER, outcome=BookingNotice.Outcome.SENT,
                                         done_at__lte=clock.start_of(clock.today()) - TOLD)
    return Booking.objects.standing().filter(
        queries.must_confirm(), day=clock.today(), channel=Booking.Channel.WEB, confirmed_at__isnull=True,
        arrived_at__isnull=True,
        encounter__isnull=True, held_until__isnull=True, coupon__starts_at__gt=clock.now(), notices__in=asked)


def _lock(decision) -> NoShowDecision:
    return NoShowDecision.objects.select_for_update(no_key=True, of=("self",)).get(pk=getattr(decision, "pk", decision))
