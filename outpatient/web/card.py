"""The outpatient card: its page, the tab in the chart, and opening it."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.inputs import DayInput
from emr.pages import back, cleaned, look, page_of, request_key
from outpatient.actions.card import open_card, renew_permission
from outpatient.queries import card as queries
from outpatient.queries import visit as visits
from outpatient.web.visit import start_form


class PermissionForm(forms.Form):
    """The last day of a service by permission; empty = attached for good (R46)."""

    valid_until = forms.DateField(label=_("Served by permission until"), widget=DayInput, required=False)


@look("outpatient.see_card")
def page(request, patient_id):
    """The patient's card with his visits; without a chart's notes only when and with whom."""
    chart = chart_for(request.actor, patient_id, "outpatient card")
    return render(request, "outpatient/card/page.html", _shown(request, chart))


@look("outpatient.see_card")
def chart_tab(request, patient_id):
    """The polyclinic's part of a chart."""
    chart = chart_for(request.actor, patient_id, "outpatient")
    if not chart.shows("notes"):
        raise NotFound()
    return render(request, "outpatient/card/_tab.html", _shown(request, chart))


def _shown(request, chart):
    may_start = request.actor.may("outpatient.start_visit") and not chart.patient.died_at
    return {"chart": chart, "patient": chart.patient, "card": queries.open_card_of(chart.patient),
            "page": page_of(request, visits.of_patient(chart.patient), size=20), "shows_notes": chart.shows("notes"),
            "may_open_card": request.actor.may("outpatient.open_card"),
            "may_renew": request.actor.may("outpatient.renew_permission"),
            "start_form": start_form(request.actor) if may_start else None}


@look("outpatient.open_card")
def open_new(request, patient_id):
    """Open the card: the patient is attached to our polyclinic."""
    open_card(patient_id, by=request.actor, request_key=request_key(request), **cleaned(PermissionForm(request.POST)))
    return back(request, redirect("outpatient:card", patient_id).url)


@look("outpatient.see_permissions")
def permissions(request):
    """Permissions that end within thirty days, and those that have just ended: to renew, or to let go."""
    return render(request, "outpatient/card/permissions.html", {
        "page": page_of(request, queries.permissions_ending()), "today": clock.today(),
        "may_renew": request.actor.may("outpatient.renew_permission")})


@look("outpatient.renew_permission")
def renew(request, card_id):
    """Another last day, or attached for good."""
    renew_permission(card_id, by=request.actor, request_key=request_key(request), **cleaned(PermissionForm(request.POST)))
    return back(request, redirect("outpatient:permissions").url)
