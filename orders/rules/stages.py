"""Staged doses: one order whose dose goes up or down by stages, each so many days long (taper, titration).

A stage is {"dose": "40", "days": 3}; the last one may have no days and goes on. The first may say {"since": moment}, where the
stages began with an earlier order. A stage lasts whole days of the ward's clock,
counted from the beginning of the order: begun at 14:00, a stage of 3 days ends at 14:00 of the third day after, also when the
clocks change in between. The order's own `dose` is the highest of the stages, so that every limit is checked on it.
Which stages a drug needs is the doctor's to say: there is no table of them here.
"""
import datetime as dt
import re
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.errors import DoseUnitMissing, StagesWrong
from orders.rules.timing import is_rolling, on_the_wall

STAGE = re.compile(r"(\d+(?:[.,]\d+)?)(?:×(\d{1,4}))?")
MOST = 30  # stages of one order
LONGEST = 3650


def complete(stages, order, *, positive) -> list[dict]:
    """The stages in their plain form. `positive` reads and checks one dose. Raises StagesWrong, DoseUnitMissing.

    `order` is checked for what cannot be staged: as needed, once, continuous, a dose in words, an end beside the stages.
    """
    if not stages:
        return []
    if not isinstance(stages, list) or not 2 <= len(stages) <= MOST or not all(isinstance(stage, dict) for stage in stages):
        raise StagesWrong(problem=_("name from 2 to {most} stages").format(most=MOST))
    if order.get("as_needed") or (order.get("timing") is not None and not is_rolling(order["timing"])):
        raise StagesWrong(problem=_("only an order with times of its own goes by stages"))
    if order.get("days") or order.get("ends_at") or order.get("dose_text"):
        raise StagesWrong(problem=_("its end and its dose follow from the stages; name neither beside them"))
    plain = [{"dose": f"{positive(stage.get('dose')):f}", "days": _days(stage.get("days"), number == len(stages))}
             for number, stage in enumerate(stages, start=1)]
    if since := stages[0].get("since"):
        plain[0]["since"] = _moment(since)
    if not (order.get("dose_unit") or "").strip():
        raise DoseUnitMissing(dose=plain[0]["dose"])
    return plain


def read(text) -> list[dict]:
    """The stages of a form field, each dose × days: "40×3 30×3 20". Raises StagesWrong naming what is not understood."""
    found = []
    for part in re.sub(r"\s*[×xх*]\s*", "×", str(text).strip().lower()).replace(";", " ").split():
        match = STAGE.fullmatch(part.strip(","))
        if not match:
            raise StagesWrong(problem=part)
        found.append({"dose": match[1].replace(",", "."), "days": int(match[2]) if match[2] else None})
    return found


def _days(days, is_last):
    if days is None and is_last:
        return None
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST:
        raise StagesWrong(problem=_("each stage lasts a whole number of days; only the last one may go on"))
    return days


def _moment(text):
    try:
        moment = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise StagesWrong(problem=_("since is a moment with its time zone"))
    return moment.isoformat()


def highest(stages) -> Decimal:
    """The dose that limits are checked on."""
    return max(Decimal(stage["dose"]) for stage in stages)


def days(stages) -> int | None:
    """How many days the stages last in all; None when the last one goes on."""
    return sum(stage["days"] for stage in stages) if stages[-1]["days"] else None


def counted_from(stages, starts_at) -> dt.datetime:
    """Where the first stage began: with the order, or with the one whose place it took."""
    since = stages[0].get("since")
    return dt.datetime.fromisoformat(since) if since else starts_at


def starts(stages, starts_at, zone) -> list[dt.datetime]:
    """The moment (UTC) at which each stage begins."""
    starts_at = counted_from(stages, starts_at)
    local, begun, moments = starts_at.astimezone(zone), 0, []
    for stage in stages:
        moments.append(on_the_wall(local.date() + dt.timedelta(days=begun), local.time(), zone) if begun else starts_at)
        begun += stage["days"] or 0
    return moments


def dose_at(stages, starts_at, moment, zone) -> Decimal:
    """How much is due at this moment; a moment before the order begins belongs to the first stage."""
    begun = [stage for stage, since in zip(stages, starts(stages, starts_at, zone), strict=True) if since <= moment]
    return Decimal((begun or stages)[-1 if begun else 0]["dose"])


def going_on(stages, starts_at) -> list[dict]:
    """The same stages for an order that takes this one's place: they are still counted from where they began."""
    return [stages[0] | {"since": stages[0].get("since") or starts_at.isoformat()}, *stages[1:]] if stages else []


def lengths_differ(doses, lengths) -> str:
    """What is wrong with a chain of doses whose lengths do not fit it."""
    return _("{doses} doses and {lengths} lengths are named").format(doses=doses, lengths=lengths)


def words(stages, unit) -> str:
    """The stages in the reader's words: 40 mg × 3 days → 30 mg × 3 days → 20 mg × 3 days."""
    parts = [f"{stage['dose']} {unit} " + ("× " if stage["days"] else "")
             + (ngettext("%(count)d day", "%(count)d days", stage["days"]) % {"count": stage["days"]}
                                           if stage["days"] else _("and on")) for stage in stages]
    return " → ".join(parts)
