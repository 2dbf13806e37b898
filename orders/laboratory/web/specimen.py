"""Tubes: label, draw, receive, reject."""
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr.pages import back, look, request_key
from emr.printing import bars
from orders.laboratory.actions.specimen import collect_specimen, label_specimen, receive_specimen, reject_specimen
from orders.laboratory.queries import specimen as queries
from orders.laboratory.web.banner import banner


@look("laboratory.see_collection")
def label(request, encounter_id):
    """Give the chosen requests one tube and show its label for printing."""
    tube = label_specimen(encounter_id, by=request.actor, requests=request.POST.getlist("request"),
                          kind=request.POST.get("kind", "")[:60], request_key=request_key(request))
    return redirect("laboratory:label", tube.pk)


@look("laboratory.see_collection")
def print_label(request, specimen_id):
    """The label on its own, of the printer's size."""
    tube = queries.one(request.actor, pk=specimen_id)
    return render(request, "laboratory/specimen/label.html", {"tube": tube, "bars": bars(tube.accession)})


@look("laboratory.see_collection")
def page(request, specimen_id):
    """One tube: where it is, what it is for, what comes next."""
    tube = queries.one(request.actor, pk=specimen_id)
    return render(request, "laboratory/specimen/page.html", {
        "tube": tube, **banner(request.actor, tube.patient), "requests": [link.request for link in tube.links.all()],
        "may_receive": request.actor.may("laboratory.receive_specimen"),
        "crumbs": [{"label": _("Collection list"), "url": reverse("laboratory:collection")}]})


@look("laboratory.see_collection")
def draw(request, specimen_id):
    """Scan the patient, then the tube: only then it counts as drawn."""
    if request.method == "POST":
        collect_specimen(specimen_id, by=request.actor, wristband=request.POST.get("wristband", ""),
                         tube=request.POST.get("tube", ""), request_key=request_key(request))
        return redirect("laboratory:collection")
    tube = queries.one(request.actor, pk=specimen_id)
    return render(request, "laboratory/specimen/draw.html", {
        "tube": tube, **banner(request.actor, tube.patient), "requests": [link.request for link in tube.links.all()],
        "crumbs": [{"label": _("Collection list"), "url": reverse("laboratory:collection")}]})


@look("laboratory.see_bench")
def receive(request, specimen_id):
    """The tube came in."""
    receive_specimen(specimen_id, by=request.actor, request_key=request_key(request))
    return back(request, reverse("laboratory:tube", args=[specimen_id]))


@look("laboratory.see_bench")
def reject(request, specimen_id):
    """The tube cannot be used; the ward sees that it must draw again."""
    reject_specimen(specimen_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return back(request, reverse("laboratory:bench"))
