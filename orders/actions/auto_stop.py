"""When orders end by the policy of the institution, where their author named no end."""
import re

from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE, act
from emr.errors import Refusal
from emr.journal import record
from orders.models import AutoStopRule

TARGET = re.compile(r"(atc:[a-z][a-z0-9]{0,6}|(substance|fda-epc|fda-cs):\S.{0,180})")
DEMO = "demo rule, invented for the demonstration"
class AutoStopWrong(Refusal):
    code, status = "orders.auto_stop_wrong", 422
    message = _("An auto-stop rule needs an ATC group or a class, 1 to 365 days, and who decided it.")


LAST_LINE["an_auto_stop_comes_after_a_day"] = AutoStopWrong


@act("orders.set_auto_stop")
def set_auto_stop(*, by, target, days, told_by, is_active=True, is_demo=False):
    """Set after how many days orders of such drugs end; orders written before keep their end.

    `target`: an ATC group ("J01", "atc:j01") or a key of the checks (substance:…, fda-epc:…). `told_by`: who decided it.
    Raises AutoStopWrong.
    """
    target, told_by = str(target).strip().lower(), str(told_by).strip()
    target = target if ":" in target else f"atc:{target}"
    if not TARGET.fullmatch(target) or not told_by or isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 365:
        raise AutoStopWrong()
    row, _made = AutoStopRule.objects.update_or_create(target=target, defaults={
        "days": days, "told_by": told_by[:300], "is_active": is_active, "is_demo": is_demo})
    record(row, name=target, days=days, is_active=is_active, told_by=row.told_by)
    return row


def load_demo_auto_stops(*, by):
    """Rules for the demonstration: they show how it works and say nothing about medicine."""
    for target, days in (("J01", 7), ("N02A", 3)):
        set_auto_stop(by=by, target=target, days=days, told_by=DEMO, is_demo=True)
