"""Doses on time: the report and the doses behind each of its numbers (D22)."""
import datetime as dt

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import Malformed
from emr.measure import read_day
from emr.pages import look, page_of
from nursing.rules import compliance
from nursing.rules.reasons import said

DAYS, LONGEST = 7, dt.timedelta(days=366)
BY = {"ward": _("Ward"), "nurse": _("Nurse"), "drug": _("Drug class (ATC)")}
WORDS = {"given": _("on time"), "late": _("late"), "refused": _("refused"), "withheld": _("withheld"), "missed": _("missed"),
         "unscanned": _("not scanned")}


def _asked(request):
    """Departments (None: all), days and grouping of the report. Raises Malformed."""
    asked = {name: read_day(name, text) for name in ("since", "until") if (text := request.GET.get(name))}
    until = asked.get("until") or clock.today()
    since = asked.get("since") or until - dt.timedelta(days=DAYS - 1)
    if not dt.timedelta() <= until - since <= LONGEST:
        raise Malformed(problem="since, until: two days are needed, the first one earlier, at most a year apart")
    by = request.GET.get("by") if request.GET.get("by") in BY else "ward"
    departments = None if "manager" in request.actor.role_names else request.actor.department_ids
    return departments, since, until, by


@look("nursing.see_compliance")
def page(request):
    """How many doses were given on time, late, refused, withheld, missed, and without a scan."""
    departments, since, until, by = _asked(request)
    rows = compliance.counts(departments, since=clock.start_of(since), until=clock.start_of(until + dt.timedelta(days=1)), by=by)
    for row in rows:
        row["cells"] = [(state, row[state], word) for state, word in WORDS.items()]
        row["percent"] = round(100 * row["given"] / row["doses"]) if row["doses"] else 0
    total = {state: sum(row[state] for row in rows) for state in [*WORDS, "doses"]}
    return render(request, "nursing/compliance/page.html", {
        "rows": rows, "total": total, "totals": [(state, total[state], word) for state, word in WORDS.items()], "words": WORDS,
        "by": by, "choices": BY,
        "since": since, "until": until, "percent": round(100 * total["given"] / total["doses"]) if total["doses"] else 0})


@look("nursing.see_compliance")
def rows(request):
    """The doses behind a number. Who may not read doses of a chart sees them without the patient."""
    departments, since, until, by = _asked(request)
    key, state = request.GET.get("key"), request.GET.get("state", "")
    found = page_of(request, compliance.doses(departments, since=clock.start_of(since),
                                              until=clock.start_of(until + dt.timedelta(days=1)), by=by, key=key, state=state))
    for row in found.object_list:
        row["why"], row["word"] = said(row["reason"] or ""), WORDS.get(row["state"], row["state"])
        row["unscanned_why"] = said(row["scan_reason"] or "")
    return render(request, "nursing/compliance/rows.html", {
        "page": found, "since": since, "until": until, "by": by, "state": state, "word": WORDS.get(state, ""),
        "may_read": request.actor.may("nursing.see_doses")})
