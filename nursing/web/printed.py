"""Papers of this app: the same template as a page for the browser's own printing, and as PDF with `?format=pdf`."""

from emr import clock
from emr.access import chart_for, log_reading
from emr.errors import NotFound
from emr.measure import read_day
from emr.pages import look
from emr.printing import printed
from nursing.queries import worklist
from nursing.rules.paper import administration_sheet, downtime_pack, signers


def day_of(request):
    """The day asked for by `?day=`, else today. Raises Malformed."""
    text = request.GET.get("day")
    return read_day("day", text) if text else clock.today()


@look("nursing.see_doses")
def patient_sheet(request, patient_id):
    """The administration sheet of one patient and day (D19)."""
    chart = chart_for(request.actor, patient_id, "administration sheet")
    if not chart.shows("doses"):
        raise NotFound()
    day = day_of(request)
    people = administration_sheet(chart.patient, day)
    allergies = worklist.allergies_of([chart.patient]).get(chart.patient.pk, [])
    return printed(request, "nursing/paper/sheet.html", {
        "people": people, "patient": chart.patient, "day": day, "hours": range(24), "signers": signers(people),
        "allergies": allergies}, name=f"administration-{chart.patient.number}-{day:%Y-%m-%d}")


@look("nursing.see_worklist")
def downtime(request):
    """The pack of a ward for the next 24 hours without machines (D18)."""
    department = worklist.department_of(request.actor, request.GET.get("department"))
    people = downtime_pack(department) if department else []
    log_reading(request.actor, None, "down-time pack", "care")
    return printed(request, "nursing/paper/downtime.html", {
        "people": people, "department": department, "blank": range(6), "rounds": range(6)},
                   name=f"down-time-{clock.now():%Y-%m-%d-%H%M}")
