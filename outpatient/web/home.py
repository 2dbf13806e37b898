"""Cards of the first page: the doctor's visits, the registry's day, the patient's last visits. Fragments."""
from django.shortcuts import render

from emr.pages import look
from outpatient.queries import card as cards
from outpatient.queries import visit as queries


@look("outpatient.start_visit")
def doctor(request):
    """The doctor's visits under way, how many are finished, and who waits."""
    return render(request, "outpatient/home/_doctor.html", {
        "open": list(queries.open_visits(doctor=request.actor)[:6]),
        "finished": queries.finished_today(doctor=request.actor).count()})


@look("outpatient.open_card")
def registry(request):
    """The registry: how many are being received, and the cards opened last."""
    return render(request, "outpatient/home/_registry.html", {
        "open": queries.open_visits().count(), "finished": queries.finished_today().count(), "cards": list(cards.newest(4))})


@look("emr.see_own_chart")
def patient(request):
    """The patient's own last visits with their conclusions."""
    return render(request, "outpatient/home/_patient.html", {"visits": list(queries.of_patient(request.actor)[:4])})
