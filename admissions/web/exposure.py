"""Who was exposed to a patient, or he to them (A14)."""
from django.shortcuts import render

from admissions.queries import exposure as queries
from admissions.queries.row import row_of
from emr.access import chart_for
from emr.models import Encounter
from emr.pages import look


@look("admissions.see_exposure")
def page(request, encounter_id):
    """Patients who shared a room, staff who acted, staff on shift; on a page that prints."""
    stay = row_of(Encounter, encounter_id, "patient", "department")
    chart_for(request.actor, stay.patient, "exposure")
    return render(request, "admissions/exposure/page.html", {
        "stay": stay, "patient": stay.patient, "contacts": queries.patients(stay), "acted": queries.staff_who_acted(stay),
        "shifts": queries.staff_on_shift(stay)})
