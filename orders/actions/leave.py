"""Leave: the patient is away from the ward during his stay; doses due meanwhile are not due."""
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import LAST_LINE, act
from emr.errors import ReasonMissing, Refusal, TimeInFuture
from emr.journal import record
from orders.errors import EndBeforeStart, NotBefore
from orders.models import Leave
from orders.queries import leave as queries


class LeaveOnlyFromStay(Refusal):
    code, status = "orders.leave_only_from_stay", 422
    message = _("Only a patient who lies in the ward goes on leave.")


class AlreadyOnLeave(Refusal):
    code = "orders.already_on_leave"
    message = _("A leave of this stay is planned or under way already. End it first.")


class NotOnLeave(Refusal):
    code = "orders.not_on_leave"
    message = _("The patient is not on leave; there is nothing to end.")


LAST_LINE["one_open_leave_per_stay"] = AlreadyOnLeave
LAST_LINE["a_leave_ends_after_it_begins"] = EndBeforeStart


@act("orders.start_leave")
def start_leave(encounter, *, by, expected_until, reason, since=None):
    """Let a patient of the ward go on leave, now or from a later moment, until he is expected back.

    Moments are aware. Raises LeaveOnlyFromStay, AlreadyOnLeave, EndBeforeStart, NotBefore, ReasonMissing, EncounterIsFinished.
    """
    stay = lock_encounter_for_orders(encounter, by=by)
    since, reason = since or clock.now(), reason.strip()
    if not reason:
        raise ReasonMissing()
    if stay.kind != "IMP":
        raise LeaveOnlyFromStay()
    if since < stay.started_at:
        raise NotBefore(before=stay.started_at)
    if expected_until <= since:
        raise EndBeforeStart()
    if queries.open_of(stay):
        raise AlreadyOnLeave()
    row = Leave.objects.create(encounter=stay, patient_id=stay.patient_id, since=since, expected_until=expected_until,
                               reason=reason[:300], recorded_by=by)
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.reason, since=since.isoformat(),
           until=expected_until.isoformat())
    return row


@act("orders.end_leave")
def end_leave(encounter, *, by, at=None):
    """The patient is back from leave (or does not go): his doses are due again. Raises NotOnLeave, TimeInFuture."""
    stay = lock_encounter_for_orders(encounter, by=by)
    row, at = queries.open_of(stay), at or clock.now()
    if row is None:
        raise NotOnLeave()
    if at > clock.now():
        raise TimeInFuture()
    row.until = max(at, row.since)
    row.save(update_fields=["until"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, at=row.until.isoformat())
    return row
