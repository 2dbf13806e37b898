"""Incoming calls as the exchange tells them, the operators' telephones, and missed calls called back (R83-R85, R88)."""
from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from outpatient.booking import errors_by_phone as errors
from outpatient.booking.models import PhoneCall, PhoneLine, PhoneSet
from outpatient.booking.queries.phone_call import missed_of
from outpatient.booking.rules.telephone import digits

acts.LAST_LINE["one_operator_at_a_phone_set"] = errors.SetJustTaken
acts.LAST_LINE["one_phone_set_of_an_operator"] = errors.SetJustTaken


@act("booking.set_phone_line")
def set_phone_line(*, by, code, purpose, greeting, days_kept=90):
    """Set up a line of the call centre, or change its purpose and greeting. Raises Malformed, TextTooLong."""
    code, greeting = (code or "").strip(), (greeting or "").strip()
    if not code or not greeting or purpose not in PhoneLine.Purpose.values or not 1 <= days_kept <= 3650:
        raise Malformed(problem="code, purpose, greeting and days_kept from 1 to 3650 are needed")
    fits(PhoneLine, code=code, greeting=greeting)
    line = PhoneLine.objects.select_for_update(no_key=True).filter(code=code).first() or PhoneLine(code=code)
    line.purpose, line.greeting, line.days_kept = purpose, greeting, days_kept
    line.save()
    record(line, code=code, purpose=purpose)
    return line


@act("booking.take_phone_set")
def take_phone_set(*, by, extension):
    """Sit down at a telephone; the one where the operator sat before is left. Raises SetIsTaken naming who sits there."""
    extension = (extension or "").strip()
    if not extension:
        raise Malformed(problem="extension: the number of the telephone is needed")
    fits(PhoneSet, extension=extension)
    Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    there = PhoneSet.objects.filter(extension=extension, left_at__isnull=True).select_related("operator").first()
    if there and there.operator_id != by.pk:
        raise errors.SetIsTaken(operator=there.operator)
    PhoneSet.objects.filter(operator=by, left_at__isnull=True).update(left_at=clock.now())
    taken = PhoneSet.objects.create(extension=extension, operator=by)
    record(taken, extension=extension)
    return taken


@act("booking.leave_phone_set")
def leave_phone_set(*, by):
    """Stand up from the telephone: no more calls go there. Raises NoSet."""
    taken = PhoneSet.objects.select_for_update(no_key=True).filter(operator=by, left_at__isnull=True).first()
    if taken is None:
        raise errors.NoSet()
    taken.left_at = clock.now()
    taken.save(update_fields=["left_at"])
    record(taken, extension=taken.extension)
    return taken


@act("booking.note_phone_call")
def note_phone_call(*, by, external_id, line, number=""):
    """The exchange tells that somebody calls; told twice it is one call. Raises UnknownLine."""
    row = PhoneLine.objects.select_for_update(no_key=True).filter(code=line).first()
    if row is None:
        raise errors.UnknownLine(line=line)
    call = PhoneCall.objects.filter(external_id=external_id).first()
    if call is None:
        call = PhoneCall.objects.create(external_id=external_id, line=row, number=digits(number))
    record(call, line=row.code)
    return call


@act("booking.answer_phone_call")
def answer_phone_call(*, by, external_id, extension):
    """The exchange tells at which telephone the call is answered; his earlier missed calls need no calling back.

    Raises NotFound, NoSet.
    """
    call = _lock(external_id)
    taken = PhoneSet.objects.filter(extension=extension, left_at__isnull=True).first()
    if taken is None:
        raise errors.NoSet()
    if call.answered_at is None:
        call.answered_at, call.operator = clock.now(), Staff.objects.get(pk=taken.operator_id)
        call.save(update_fields=["answered_at", "operator"])
    record(call, extension=extension)
    return call


@act("booking.end_phone_call")
def end_phone_call(*, by, external_id, recording=""):
    """The exchange tells that the call is over, answered or not. `recording`: where it is kept. Raises NotFound."""
    call = _lock(external_id)
    call.ended_at, call.recording = call.ended_at or clock.now(), call.recording or recording[:300]
    call.save(update_fields=["ended_at", "recording"])
    record(call)
    return call


@act("booking.close_missed_calls")
def close_missed_calls(*, by, number, outcome):
    """The missed calls of one number were called back, or need it no more. Raises NothingMissed, Malformed."""
    if outcome not in PhoneCall.Closing.values:
        raise Malformed(problem=f"outcome: one of {', '.join(PhoneCall.Closing.values)} is needed")
    calls = list(missed_of(digits(number)).select_for_update(no_key=True, of=("self",)))
    if not calls:
        raise errors.NothingMissed()
    PhoneCall.objects.filter(pk__in=[call.pk for call in calls]).update(closed_at=clock.now(), closed_by=by, closing=outcome)
    record(calls[-1], calls=len(calls), outcome=outcome)
    return calls[-1]


def _lock(external_id) -> PhoneCall:
    call = PhoneCall.objects.select_for_update(no_key=True).filter(external_id=external_id).first()
    if call is None:
        raise NotFound()
    return call
