"""The nurse's pages of the day: the medication sheet as grid and list, its print, the card of the first page."""
import datetime as dt

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from emr import clock
from emr.pages import look
from nursing.models import DoseEffect
from nursing.queries import worklist as queries
from nursing.queries.dose_effect import to_ask
from nursing.rules import sheet as sheets
from nursing.rules import ward_list
from nursing.rules.dose_status import DONE, OPEN
from nursing.web.printed import day_of
from nursing.web.slot import write_slots

CLOSED_SHOWN = 30  # of what is done and of what the clock has closed as missed; a full ward has hundreds of each in a day
GROUPS = [("overdue", ("overdue",)), ("due", ("due",)), ("next", ("next",)), ("held", ("held",)), ("missed", ("missed",)),
          ("done", DONE)]
CLOSED = "missed", "done"


@look("nursing.see_worklist")
def page(request):
    """The medication sheet of a department for one day, or as a list of what is late, due now and next."""
    mine = queries.departments_of(request.actor)
    department = queries.department_of(request.actor, request.GET.get("department"), mine)
    day, as_list = day_of(request), request.GET.get("view") == "list"
    departments = [department] if department else []
    version = f'"{queries.version(departments)}-{department and department.pk}-{day}-{as_list:d}-{get_language()}"'
    if request.htmx and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    if request.headers.get("If-None-Match") == version:
        return HttpResponseNotModified()
    context = _sheet(departments, day, as_list) | {
        "department": department, "departments": mine, "version": version,
        "may_give": request.actor.may("nursing.administer_dose"), "may_measure": request.actor.may("nursing.record_vitals"),
        "may_care": request.actor.may("nursing.do_care"), "may_collect": request.actor.may("laboratory.collect_specimen")}
    if not as_list:
        write_slots(context["people"], may_give=context["may_give"])
    answer = render(request, "nursing/worklist/_sheet.html" if request.htmx else "nursing/worklist/page.html", context)
    answer["ETag"] = version
    return answer


@look("nursing.see_worklist")
def paper(request):
    """The sheet of the day to print: what is planned, what was done, room for signatures."""
    department = queries.department_of(request.actor, request.GET.get("department"))
    return render(request, "nursing/worklist/paper.html",
                  _sheet([department] if department else [], day_of(request), False) | {"department": department})


@look("nursing.see_worklist")
def home_card(request):
    """For the first page: how many doses are late and due now, and the first of them."""
    people = sheets.to_do(queries.departments_of(request.actor))
    rows = [(cell, person) for cell, person in sheets.cells(people) if cell.status in OPEN]
    rows.sort(key=lambda pair: (OPEN.index(pair[0].status), pair[0].dose.due_at))
    return render(request, "nursing/home/_card.html", {"rows": rows[:8], "more": max(0, len(rows) - 8),
                                                       "counts": sheets.counts(people)})


def _sheet(departments, day, as_list):
    now = clock.now()
    if as_list:
        people = sheets.to_do(departments, now)
    else:
        start = clock.start_of(day)
        people = sheets.sheet(departments, since=start, until=clock.start_of(day + dt.timedelta(days=1)), now=now)
    home = reverse("nursing:worklist")  # one question to the address book, not one for each of a thousand doses
    for cell, _person in sheets.cells(people):
        cell.url = f"{home}doses/{cell.dose.pk}"
        local = timezone.localtime(cell.at)
        cell.clock = f"{local:%H:%M}"
        cell.hour = local.hour if local.date() == day else timezone.localtime(cell.dose.due_at).hour
    work = ward_list.tasks(people, now) if as_list else []
    return {"effects": to_ask(departments) if as_list else (), "effect_choices": DoseEffect.Effect.choices, "people": people,
            "groups": _groups(people, work) if as_list else None, "as_list": as_list, "day": day, "home": home,
            "is_today": day == clock.today(), "yesterday": day - dt.timedelta(days=1), "tomorrow": day + dt.timedelta(days=1),
            "counts": sheets.counts(people), "given": sheets.counts(people).get("given", 0), "hours": range(24),
            "as_needed": [(line, person) for person in people for line in person.lines if line.request.as_needed]}


def _groups(people, work):
    """(group, rows, how many are left out): doses and other work by how pressing they are; inside a group by time, then by bed.

    Of what is done, and of what was missed because its next dose has come, only the newest stand here; the sheet shows all.
    """
    rows = sorted([*sheets.cells(people), *work], key=lambda pair: (pair[0].at, str(pair[1].place.bed or "")))
    groups = [(name, [pair for pair in rows if pair[0].status in states]) for name, states in GROUPS]
    return [(name, found[-CLOSED_SHOWN:], len(found) - CLOSED_SHOWN) if name in CLOSED else (name, found, 0)
            for name, found in groups if found]
