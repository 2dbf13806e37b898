"""Appeals: sent from a refusal, answered or closed by the administration (R6)."""
from emr import clock
from emr.acts import act
from emr.errors import Malformed, ReasonMissing
from emr.journal import record
from emr.models import Patient, Staff
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.models import Appeal, Specialty
from outpatient.booking.queries.appeal import sent_within_the_hour

MOST_IN_AN_HOUR = 3


@act("booking.send_appeal")
def send_appeal(*, by, text, specialty=None, doctor=None, day=None, reason_code="", reply_to="", sender=""):
    """Ask the institution for more coupons, other hours or another look; it goes to the administration's inbox.

    `by`: the identified Patient, or the system for a visitor who has not said who he is; then `sender` is a digest of where
    it came from, only to count. Raises TooManyAppeals after three in an hour, ReasonMissing without a text, Malformed.
    """
    text, reply_to = (text or "").strip(), (reply_to or "").strip()
    patient = Patient.objects.select_for_update(no_key=True).get(pk=by.pk) if isinstance(by, Patient) else None
    if patient is None and not sender and by.kind == Staff.Kind.SYSTEM:
        raise Malformed(problem="sender: a digest of the visitor is needed")
    if not text:
        raise ReasonMissing()
    fits(Appeal, text=text, reply_to=reply_to, reason_code=reason_code, sender=sender)
    if (patient or sender) and sent_within_the_hour(sender, patient) >= MOST_IN_AN_HOUR:
        raise errors.TooManyAppeals(most=MOST_IN_AN_HOUR)
    specialty = Specialty.objects.get(pk=getattr(specialty, "pk", specialty)) if specialty else None
    doctor = Staff.objects.get(pk=getattr(doctor, "pk", doctor)) if doctor else None
    row = Appeal.objects.create(patient=patient, specialty=specialty, doctor=doctor, day=day, reason_code=reason_code, text=text,
                                reply_to=reply_to, sender=sender)
    record(row, patient=patient, reason_code=reason_code)
    return row


@act("booking.answer_appeal")
def answer_appeal(appeal, *, by, answer=""):
    """Answer an appeal, or close it without an answer. Raises AppealIsAnswered."""
    row = Appeal.objects.select_for_update(no_key=True, of=("self",)).get(pk=getattr(appeal, "pk", appeal))
    if row.answered_at:
        raise errors.AppealIsAnswered(at=row.answered_at)
    answer = (answer or "").strip()
    fits(Appeal, answer=answer)
    row.answered_at, row.answered_by, row.answer = clock.now(), by, answer
    row.save(update_fields=["answered_at", "answered_by", "answer"])
    record(row, patient=row.patient_id, answered=bool(answer))
    return row
