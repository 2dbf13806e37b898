"""Cards of the first page: emergency room, my ward, free beds. Fragments, loaded by address."""
from django.shortcuts import render

from admissions.queries import admission_request as requests
from admissions.queries import stay as stays
from admissions.rules.emergency_visit import board
from emr.pages import look


@look("admissions.see_board")
def emergency(request):
    """How many are in the emergency room, how many without triage or beyond their time, and the next three."""
    lines = board()
    return render(request, "admissions/home/_emergency.html", {
        "lines": lines[:3], "count": len(lines), "untriaged": sum(line.triage is None for line in lines),
        "late": sum(line.waits.is_late for line in lines)})


@look("admissions.see_ward")
def ward(request):
    """My patients and the requests that my departments have to answer."""
    mine = list(stays.admitting_departments().filter(pk__in=request.actor.department_ids))
    return render(request, "admissions/home/_ward.html", {
        "patients": stays.open_stays(mine).count(), "free": stays.free_beds(mine).count(),
        "asked": requests.standing(mine)[:3], "asked_count": requests.standing(mine).count()})


@look("admissions.see_beds")
def beds(request):
    """Free beds by department."""
    return render(request, "admissions/home/_beds.html", {"rows": stays.free_by_department()})
