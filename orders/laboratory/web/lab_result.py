"""Results as the ward reads them: inbox, chart, history; and their correction in the laboratory."""
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import back, cleaned, look, page_of, request_key
from orders.laboratory.actions.lab_result import correct_result, mark_result_seen, release_result
from orders.laboratory.models import LabTest
from orders.laboratory.queries import lab_result as queries
from orders.laboratory.queries.service_request import waiting_for
from orders.laboratory.web.banner import banner
from orders.laboratory.web.service_request import ResultForm

SHOWN = 600  # values of one patient that the chart's table looks at; older ones stand in the history of their test


@look("laboratory.see_inbox")
def inbox(request):
    """New results nobody has seen, critical ones first."""
    department = request.GET.get("whose") == "department"
    page = page_of(request, queries.unseen(request.actor, department=department))
    return render(request, "laboratory/lab_result/inbox.html", {"page": page, "department": department})


@look("laboratory.see_inbox")
def home_inbox(request):
    """The inbox in a few lines, for the home page."""
    rows = queries.unseen(request.actor)
    return render(request, "laboratory/lab_result/_home.html", {"rows": rows[:6], "count": rows.count()})


@look("laboratory.see_inbox")
def seen(request, result_id):
    """Seen; a critical value also read back."""
    mark_result_seen(result_id, by=request.actor, read_back=request.POST.get("read_back") == "1",
                     request_key=request_key(request))
    return back(request, reverse("laboratory:inbox"))


@look("laboratory.see_results")
def chart_tab(request, patient_id):
    """The laboratory part of a chart: one line for each test, and what is still awaited."""
    chart = chart_for(request.actor, patient_id, "laboratory")
    if not chart.shows("laboratory"):
        raise NotFound()
    return render(request, "laboratory/lab_result/_chart.html", {
        "patient": chart.patient, "lines": queries.by_test(queries.newest(chart.patient)[:SHOWN]),
        "waiting": waiting_for(chart.patient)[:30]})


@look("laboratory.see_results")
def history(request, patient_id, key):
    """One test of one patient over time, with what was corrected."""
    chart = chart_for(request.actor, patient_id, f"laboratory:{key}")
    if not chart.shows("laboratory"):
        raise NotFound()
    test = get_object_or_404(LabTest, key=key)
    rows = queries.history(chart.patient, test)
    points = [(row.found_at, row.value) for row in rows[:200] if row.value is not None and row.is_live][::-1]
    last = next((row for row in rows[:1]), None)
    return render(request, "laboratory/lab_result/history.html", {
        **banner(request.actor, chart.patient), "test": test, "page": page_of(request, rows), "points": points, "last": last,
        "may_correct": request.actor.may("laboratory.correct_result")})


@look("laboratory.see_bench")
def release(request, result_id):
    """Let the ward see the value."""
    release_result(result_id, by=request.actor, request_key=request_key(request))
    return back(request, reverse("laboratory:bench"))


@look("laboratory.see_bench")
def correct(request, result_id):
    """Replace a wrong value: both stay readable, the old one struck."""
    result = queries.one(request.actor, pk=result_id)
    if request.method == "POST":
        data = cleaned(ResultForm(request.POST.dict() | {"test": result.test.key}))
        correct_result(result, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request),
                       **{name: data[name] for name in ("value", "comparator", "unit", "value_text")})
        return redirect("laboratory:history", result.patient_id, result.test.key)
    return render(request, "laboratory/lab_result/correct.html", {
        "result": result, **banner(request.actor, result.patient),
        "crumbs": [{"label": _("Bench"), "url": reverse("laboratory:bench")}]})
