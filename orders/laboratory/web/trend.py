"""Laboratory values as lanes of a time axis that another page draws: the doctor's view of execution shows them below the doses.
"""
from django.shortcuts import render

from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import look
from emr.rules.axis import lane, of_request
from orders.laboratory.queries.lab_result import numbers

MOST_LANES = 16


@look("laboratory.see_results")
def trend(request, patient_id):
    """One lane for each test with a number in the time of the axis; the address says from, until and mark."""
    axis = of_request(request)
    chart = chart_for(request.actor, patient_id, "laboratory trend")
    if not chart.shows("laboratory"):
        raise NotFound()
    tests = {}
    for row in numbers(chart.patient, since=axis.since, until=axis.until):
        tests.setdefault((row["test__name"], row["unit"]), []).append(row)
    ordered = sorted(tests.items(), key=lambda item: (all(row["flag"] in ("", "N") for row in item[1]), -len(item[1]), item[0]))
    drawn = [lane(name, [[(row["found_at"], row["value"]) for row in rows]], axis, unit=unit, low=rows[-1]["range_low"],
                  high=rows[-1]["range_high"], height=48) for (name, unit), rows in ordered[:MOST_LANES]]
    return render(request, "laboratory/lab_result/_trend.html",
                  {"lanes": drawn, "axis": axis, "more": max(0, len(ordered) - MOST_LANES)})
