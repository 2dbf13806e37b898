"""The down-time kit (D18): the list that a ward browser keeps, the program that shows it, and what a clash is decided on."""
import datetime as dt
from functools import cache

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from emr import clock
from emr.pages import look
from nursing.actions.medication_administration import may_undo
from nursing.actions.second_person import needs_instructor
from nursing.queries.worklist import department_of
from nursing.rules import reasons
from nursing.rules import sheet as sheets
from nursing.rules.dose_status import DONE, EARLY, grace
from orders.queries.stock import lying

BACK, AHEAD = dt.timedelta(hours=8), dt.timedelta(hours=16)  # ours: what a network failure of a shift can need
WORKER = "nursing/js/offline/worker.js"


@cache
def _program() -> str:
    """The service worker's text; browsers compare it byte for byte with the one they have."""
    with open(finders.find(WORKER), encoding="utf-8") as file:
        return file.read()


@never_cache
def worker(request):
    """The service worker of the ward's pages. It holds no data, so it is open; its address decides which pages it answers for."""
    return HttpResponse(_program(), content_type="text/javascript; charset=utf-8")


@look("nursing.see_worklist")
def pulse(request):
    """Does the server answer, and who is signed in: asked before anything that waited is sent."""
    return JsonResponse({"staff": str(request.actor.pk), "csrf": get_token(request)})


@look("nursing.see_worklist")
def page(request):
    """The doses of the department from some hours back to the next shift, as the browser keeps them."""
    department, now = department_of(request.actor, request.GET.get("department")), clock.now()
    people = sheets.sheet([department] if department else [], since=now - BACK, until=now + AHEAD, now=now)
    rows = sheets.cells(people)
    for cell, _person in rows:
        cell.early = cell.dose.due_at - EARLY
        cell.late = cell.dose.due_at + grace(cell.line.request.medication.is_time_critical)
    gone = (*DONE, "stopped")
    student = request.actor.may("nursing.administer_dose") and needs_instructor(request.actor)  # his PIN is checked by the server
    return render(request, "nursing/offline/page.html", {
        "department": department, "as_of": now, "people": people, "open_rows": [row for row in rows if row[0].status not in gone],
        "done_rows": [row for row in rows if row[0].status in gone],
        "as_needed": [(line, person) for person in people for line in person.lines if line.request.as_needed],
        "lots": lying([department]) if department else [], "today": clock.today(),
        "refused": reasons.REFUSED, "withheld": reasons.WITHHELD, "not_scanned": reasons.NOT_SCANNED,
        "for_student": student,
        "may": {name: not student and request.actor.may(f"nursing.{name}")
                for name in ("administer_dose", "refuse_dose", "withhold_dose")}})


@look("nursing.set_aside_confirmation")
def clash(request, dose_id):
    """What the record says of a dose now, beside which stands what was pressed; and what can be decided."""
    cell = sheets.dose_of(request.actor, dose_id)
    return render(request, "nursing/offline/_clash.html", {
        "cell": cell, "request_row": cell.line.request, "patient": cell.dose.patient, "reasons": reasons.SET_ASIDE,
        "may_undo": cell.fact and may_undo(cell.fact, request.actor) and request.actor.may("nursing.undo_administration")})
