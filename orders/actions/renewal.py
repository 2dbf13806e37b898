"""An order that goes on: renewed for some days more, by a successor that takes over where it ends."""
import datetime as dt

from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import act
from emr.errors import Refusal
from emr.journal import record
from orders.actions import safety
from orders.actions.medication_request import kept, lock_standing, write_order
from orders.actions.planned_dose import zone
from orders.errors import OrderIsRenewed, OrderIsWaiting
from orders.models import MedicationHold, MedicationRequest
from orders.rules import order_check
from orders.rules import timing as timing_rule

LATE = dt.timedelta(hours=24)  # an order that ended so long ago is prescribed anew, not renewed


class OrderHasNoEnd(Refusal):
    code, status = "orders.no_end_to_renew", 422
    message = _("This order has no end; it goes on until it is stopped. There is nothing to renew.")


class RenewalTooLate(Refusal):
    code = "orders.renewal_too_late"
    message = _("This order ended at {at}, more than {hours} hours ago. Prescribe anew if the drug is needed.")


@act("orders.renew_medication", proofs=safety.SECOND)
def renew_medication(request, *, by, days, override_reason="", override_reasons=None, second_signature=None, prescriber=None):
    """Let an order go on for `days` days beyond its end. Returns the successor, which begins where the order ends.

    No dose is left out and none comes twice: the successor keeps the rhythm of the order, and the order runs to its end. Of a
    staged order the last stage goes on. An order that ended within 24 hours goes on with its next dose from now. A pause goes
    on too. The checks run anew and are answered as in prescribing.

    Raises OrderHasNoEnd, OrderIsRenewed, OrderIsWaiting, RenewalTooLate, OrderIsStopped, OrderIsError, EndBeforeStart, and what
    the checks find.
    """
    encounter = lock_encounter_for_orders(MedicationRequest.objects.values_list("encounter", flat=True).get(
        pk=getattr(request, "pk", request)), by=by)
    old, now = lock_standing(request, by), clock.now()
    _refuse_endless(old, now)
    new, about = write_order(encounter, medication=old.medication_id, by=by, prescriber=prescriber, order=_order(old, days, now),
                             replaces=old, answers={"override_reason": override_reason, "override_reasons": override_reasons,
                                      "second_signature": second_signature})
    for hold in old.holds.live().filter(until__isnull=True):
        MedicationHold.objects.create(request=new, since=hold.since, reason=hold.reason, recorded_by=by)
    record(new, patient=new.patient_id, encounter=new.encounter_id, replaces=str(old.pk), days=days,
           until=new.ends_at.isoformat(), **about)
    return new


def _refuse_endless(old, now):
    if old.is_waiting:
        raise OrderIsWaiting(event=old.get_starts_on_display())
    if old.ends_at is None or not (old.as_needed or timing_rule.is_rolling(old.timing)):
        raise OrderHasNoEnd()
    if old.ends_at <= now - LATE:
        raise RenewalTooLate(at=old.ends_at, hours=int(LATE.total_seconds() // 3600))
    if MedicationRequest.objects.filter(replaces=old).exists():
        raise OrderIsRenewed()


def _order(old, days, now):
    """The order as it goes on: its rule and rhythm, from its end (or the first dose time after now) for so many days."""
    since = max(old.ends_at, now)
    starts_at = since
    if "every_hours" in old.timing and not old.as_needed:
        starts_at = timing_rule.next_time(old.timing, starts_at=old.starts_at, since=since, zone=zone())
    order = kept(old) | {"starts_at": starts_at, "ends_at": order_check.after_days(since, days)}
    if old.scale:
        order |= {"dose": None}
    if old.stages:
        order |= {"stages": [], "dose": old.stages[-1]["dose"]}
    return order
