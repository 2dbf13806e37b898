"""Messages to patients: written in the act that causes them, sent after it, each once (R74).

`tell` inside an act writes the notice and its outbox message; the worker (outpatient.booking.jobs) sends it with `deliver`.
"""
import datetime as dt

from emr import acts, clock, jobs
from emr.acts import act
from emr.ids import new_id
from emr.journal import record
from emr.models import Institution, Staff
from outpatient.booking import errors
from outpatient.booking.models import Booking, BookingNotice
from outpatient.booking.queries import notice as queries
from outpatient.booking.queries.no_show import has_to_confirm
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.notice import EARLY_DAYS, LONG_LEAD, STEPS, early_moment, is_true, reminder_moment
from outpatient.booking.rules.notice_mail import mail_of

acts.LAST_LINE["one_notice_per_booking_and_kind"] = errors.AlreadyTold
TOPIC = "booking.notice"
Kind, Outcome = BookingNotice.Kind, BookingNotice.Outcome


def tell(booking, kind, *, by_mail=None) -> BookingNotice:
    """Write down, inside an act, that the patient is to be told; one message per booking and kind, each change one more.

    Without an e-mail address the notice says so at once, and the registry telephones. `by_mail`: whether there is one, where
    it is known already.
    """
    last = None if kind == Kind.ORDERED and not booking.rescheduled_from_id else queries.last_of(booking)
    notice = BookingNotice(pk=new_id(), booking=booking, kind=kind, thread=last.thread if last else booking.pk,
                           sequence=last.sequence + (kind in STEPS) if last else 0)
    if by_mail if by_mail is not None else queries.addresses_of(booking.patient_id):
        notice.message = jobs.tell(TOPIC, {"notice": str(notice.pk)})
    else:
        notice.done_at, notice.outcome = clock.now(), Outcome.NO_ADDRESS
    notice.save(force_insert=True)
    return notice


def tell_all(reception, kind=Kind.CHANGED) -> int:
    """The same for everybody who has a coupon of the reception: its room, building or hour was changed. How many they are."""
    rows = Booking.objects.standing().filter(reception=reception, held_until__isnull=True, main__isnull=True).order_by("pk")
    return len([tell(row, kind) for row in rows])


@act("booking.remind_patient")
def remind_patient(booking, *, by, kind=Kind.REMINDER):
    """Remind the patient of his coupon, once. Returns the notice. Raises AlreadyTold, NotFound, NothingToRemind."""
    booking = Booking.objects.select_for_update(no_key=True).get(pk=getattr(booking, "pk", booking))
    if booking.notices.filter(kind=kind).exists():
        raise errors.AlreadyTold()
    if booking.cancelled_at or booking.held_until or booking.no_show_at or booking.encounter_id:
        raise errors.NothingToRemind()
    notice = tell(booking, kind)
    record(notice, patient=booking.patient_id, kind=kind, outcome=notice.outcome)
    return notice


def write_reminders(*, by) -> int:
    """Write every reminder whose hour has come, those of an outage too; how many were written. By the system."""
    row, now, today, made = setting(), clock.now(), clock.today(), 0
    days = [today + dt.timedelta(days=ahead) for ahead in range(EARLY_DAYS + 1)]
    eve = {day: moment for day in days if (moment := reminder_moment(row, day)) <= now}
    early = {day: clock.start_of(day - dt.timedelta(days=LONG_LEAD)) for day in days
             if early_moment(row, day) <= now < reminder_moment(row, day)}
    for kind, wanted in ((Kind.REMINDER, eve), (Kind.EARLY, early)):
        for pk in list(queries.to_remind(kind, wanted).values_list("pk", flat=True)):
            try:
                remind_patient(pk, by=by, kind=kind)
                made += 1
            except (errors.AlreadyTold, errors.NothingToRemind):
                continue  # another worker wrote it, or it was cancelled at this moment
    return made


def deliver(notice_id) -> str:
    """Send one notice unless it was sent or is no longer true; its outcome.

    An error of the mail server is raised: tried again.
    """
    notice = queries.one(notice_id)
    if notice.done_at:
        return notice.outcome
    to, system = queries.addresses_of(notice.booking.patient_id), Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by(
        "code").first()
    outcome = Outcome.DROPPED if not is_true(notice) else Outcome.SENT if to else Outcome.NO_ADDRESS
    if outcome == Outcome.SENT:
        must = notice.kind == Kind.REMINDER and has_to_confirm(notice.booking)
        mail_of(notice, setting(), Institution.objects.get(is_ours=True), to, must_confirm=must).send()
    close_notice(notice, outcome=outcome, by=system)
    return outcome


@act("booking.close_notice")
def close_notice(notice, *, by, outcome):
    """Note what became of a message: sent, no longer true, or without an address. Raises AlreadyTold."""
    row = BookingNotice.objects.select_for_update(no_key=True, of=("self",)).select_related("booking").get(pk=notice.pk)
    if row.done_at:
        raise errors.AlreadyTold()
    row.done_at, row.outcome = clock.now(), outcome
    row.save(update_fields=["done_at", "outcome"])
    record(row, patient=row.booking.patient_id, kind=row.kind, outcome=row.outcome)
    return row
