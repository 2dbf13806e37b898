"""Vital signs of a whole ward in one table: a row per patient, sent with Enter (B6)."""
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.errors import Malformed
from emr.pages import look, request_key
from nursing.actions.vitals import record_vitals, undo_vitals
from nursing.queries import vitals as queries
from nursing.queries import worklist
from nursing.rules.vitals import CONSCIOUSNESS, SIGNS, UNITS
from nursing.web.answers import done

COLUMNS = ["temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "pain"]
FIELDS = [*COLUMNS, "oxygen", "oxygen_flow", "consciousness"]


def fields_of(rows):
    """Inputs of the rows and the columns above them."""
    for row in rows:
        row.inputs = [{"sign": SIGNS[key], "unit": UNITS.get(SIGNS[key].unit, SIGNS[key].unit),
                       "last": row.last.get(SIGNS[key].code)}
                      for key in COLUMNS]
    return {"columns": [{"sign": SIGNS[key], "unit": UNITS.get(SIGNS[key].unit, SIGNS[key].unit)} for key in COLUMNS],
            "levels": CONSCIOUSNESS.items()}


@look("nursing.record_vitals")
def page(request):
    """The table of the ward."""
    mine = worklist.departments_of(request.actor)
    department = worklist.department_of(request.actor, request.GET.get("department"), mine)
    rows = queries.of_ward([department] if department else [])
    return render(request, "nursing/vitals/page.html", fields_of(rows) | {
        "rows": rows, "department": department, "departments": mine})


@require_POST
@look("nursing.record_vitals")
def record(request, encounter_id):
    """One patient's round; answers with his row, emptied, the new values beside it."""
    scale = request.POST.get("spo2_scale", "1")
    if scale not in ("1", "2"):
        raise Malformed(problem="spo2_scale: 1 or 2 is needed")
    values = {name: request.POST[name] for name in FIELDS if request.POST.get(name, "") != ""}
    panel = record_vitals(encounter_id, by=request.actor, values=values, spo2_scale=int(scale), request_key=request_key(request))
    if not request.htmx or request.GET.get("dialog"):
        return done(request, _("Recorded"))
    row = queries.of_encounter(panel.encounter)
    return render(request, "nursing/vitals/_row.html", fields_of([row]) | {"row": row, "saved": panel})


@require_POST
@look("nursing.undo_vitals")
def undo(request, panel_id):
    """Take a round back."""
    undo_vitals(panel_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return done(request, _("The round was taken back"))
