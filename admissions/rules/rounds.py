"""The rounds note fills itself: lowest and highest vital signs, doses not given, new results, fluid balance (B5)."""
import datetime as dt
from collections import defaultdict

from django.utils.translation import gettext as _

from admissions.queries import rounds as queries
from admissions.rules.discharge_summary import SIGN_OF, _number, _result, test_name
from admissions.rules.fluid_balance import balance
from emr.rules.note import new_sections
from nursing.rules.dose_status import status_of
from nursing.rules.vitals import UNITS

SPAN = dt.timedelta(hours=24)


def sections(stay, now) -> list[dict]:
    """A progress note in four parts; the findings hold what the record knows of the last 24 hours, the rest is the doctor's."""
    since = max(now - SPAN, stay.started_at)
    found = queries.material(stay, since, now)
    rows = [*spans(found.values), *_doses(found, now), *found_results(found.results), *fluids(stay, since, now)]
    return [part | {"rows": rows} if part["key"] == "objective" else part for part in new_sections("progress-note")]


def _line(text, row):
    return {"text": text, "source": f"{row._meta.label}:{row.pk}"}


def spans(values):
    """One line per sign: lowest to highest and last value; cited is the last row."""
    by_sign = defaultdict(list)
    for row in values:
        by_sign[row.code or row.name].append(row)
    lines = []
    for rows in by_sign.values():
        low, high, last = min(rows, key=lambda row: row.value), max(rows, key=lambda row: row.value), rows[-1]
        sign, unit = SIGN_OF.get(last.code), UNITS.get(last.unit, last.unit)
        name = str(sign.label) if sign else last.name
        span = _number(low.value) if low.value == high.value else f"{_number(low.value)} – {_number(high.value)}"
        unit = "" if unit == "{score}" else unit
        lines.append(
            _line(" ".join(filter(None, [f"{name}: {span}", unit, _("(last {value})").format(value=_number(last.value))])), last))
    return lines


def _doses(found, now):
    """Missed, refused and withheld doses, one line per order and outcome."""
    by_order, following = defaultdict(list), {}
    for dose in reversed(found.doses):
        request = dose.request
        state = status_of(dose.due_at, now=now, stopped_at=request.stopped_at, ended_at=request.ends_at,
                          following=following.get(request.pk), time_critical=request.medication.is_time_critical)
        following[request.pk] = dose.due_at
        if state in ("missed", "overdue"):
            by_order[request, state].append(dose)
    words = {"missed": _("missed {count}"), "overdue": _("late {count}"), "refused": _("refused {count}"),
             "withheld": _("withheld {count}")}
    for fact in found.done:
        by_order[fact.request, fact.status].append(fact)
    return [_line(f"{request.medication} {request.dose_words}: {words.get(state, state).format(count=len(rows))}".strip(),
                  rows[-1])
            for (request, state), rows in by_order.items()]


def found_results(results):
    """One line per laboratory result."""
    return [_line(f"{test_name(row.test)}: {_result(row)}", row) for row in results]


def fluids(stay, since, now):
    """The fluid balance of a time in one line; none when nothing went in or out."""
    told = balance(stay, since, now)
    if not (told.went_in or told.out):
        return []
    return [_line(_("Fluid balance: in {went_in} ml (infused {infused} ml), out {out} ml, net {net} ml").format(
        went_in=round(told.went_in), infused=round(told.infused), out=told.out, net=f"{round(told.net):+d}"), stay)]
