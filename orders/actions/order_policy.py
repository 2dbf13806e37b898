"""Policies of orders: which drugs are not ordered by word of mouth, which a pharmacist verifies, how soon a doctor signs."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE, act
from emr.errors import Malformed, NotFound, Refusal
from emr.journal import record
from emr.models import Institution
from orders.models import OrderPolicy, OrderSetting

LONGEST = 24 * 14
DEMO = "demo policy, invented for the demonstration"


class PolicySaysNothing(Refusal):
    code, status = "orders.policy_says_nothing", 422
    message = _("Say which orders are meant: the beginning of an ATC code, controlled or high-alert drugs, or a department.")


class PolicyBlocksNothing(Refusal):
    code, status = "orders.policy_blocks_nothing", 422
    message = _("Only a policy of verifying can forbid to give before. Choose that kind, or leave giving free.")


class HoursOutOfRange(Refusal):
    code, status = "orders.hours_out_of_range", 422
    message = _("A verbal order is signed within 1 to {most} hours. Enter a whole number of hours.")


LAST_LINE["a_policy_says_which_orders"] = PolicySaysNothing
LAST_LINE["only_verification_blocks_giving"] = PolicyBlocksNothing


@act("orders.set_order_policy")
def set_order_policy(*, by, code, kind, sentence, told_by, atc="", is_controlled=False, is_high_risk=False, department=None,
                     blocks_giving=False, is_active=True, is_demo=False):
    """Add a policy, or bring the one of this code up to date; orders written before keep what stood then.

    `told_by`: who decided it (an order of the institution, a law). Raises PolicySaysNothing, PolicyBlocksNothing, Malformed.
    """
    code, atc, words = code.strip(), atc.strip().upper(), {"sentence": sentence.strip(), "told_by": told_by.strip()}
    if not code or not all(words.values()):
        raise Malformed(problem="code, sentence and told_by are needed")
    if kind not in OrderPolicy.Kind.values:
        raise Malformed(problem=f"kind: one of {', '.join(OrderPolicy.Kind.values)}")
    if not (atc or is_controlled or is_high_risk or department):
        raise PolicySaysNothing()
    if blocks_giving and kind != OrderPolicy.Kind.VERIFY:
        raise PolicyBlocksNothing()
    row, _made = OrderPolicy.objects.update_or_create(code=code, defaults=words | {
        "kind": kind, "atc": atc, "is_controlled": is_controlled, "is_high_risk": is_high_risk,
        "department_id": getattr(department, "pk", department), "blocks_giving": blocks_giving, "is_active": is_active,
        "is_demo": is_demo})
    record(row, code=code, name=row.sentence, level=kind, is_active=is_active, told_by=row.told_by)
    return row


@act("orders.set_verbal_hours")
def set_verbal_hours(*, by, hours):
    """Set within how many hours the doctor signs what he ordered by word of mouth.

    Raises HoursOutOfRange, NotFound before set-up.
    """
    if not isinstance(hours, int) or not 1 <= hours <= LONGEST:
        raise HoursOutOfRange(most=LONGEST)
    ours = Institution.objects.select_for_update(no_key=True).filter(is_ours=True).first()
    if ours is None:
        raise NotFound()
    row, _made = OrderSetting.objects.update_or_create(institution=ours, defaults={"sign_verbal_within_hours": hours,
                                                                                   "is_demo": False})
    record(row, hours=hours)
    return row


def load_demo_policies(*, by):
    """Write the demo policies, marked as demo: safe to repeat. Returns how many."""
    rows = [
        {"code": "demo-verbal-controlled", "kind": "not-verbal", "is_controlled": True,
         "sentence": "Controlled drugs are ordered in writing only."},
        {"code": "demo-verbal-cytostatics", "kind": "not-verbal", "atc": "L01",
         "sentence": "Cytostatics are ordered in writing only."},
        {"code": "demo-verify-anticoagulants", "kind": "verify", "atc": "B01A",
         "sentence": "Anticoagulants are verified by a pharmacist."},
        {"code": "demo-verify-cytostatics", "kind": "verify", "atc": "L01", "blocks_giving": True,
         "sentence": "Cytostatics are given only after a pharmacist has verified the order."},
    ]
    for row in rows:
        set_order_policy(by=by, told_by=DEMO, is_demo=True, **row)
    return len(rows)
