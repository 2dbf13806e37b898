"""The tabs of a chart. With settings, urls and navigation a place that names upper apps, as strings only.

An upper app's tab is a fragment behind its url name, taking the patient's id; it is left out where the name does not
resolve, the actor's role has not the look, or the chart does not show the section.
"""
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from emr.models import Patient


@dataclass(frozen=True)
class Tab:
    """One tab: key in the address, word, icon, section that the chart must show, fragment and its look for upper apps."""

    key: str
    label: object
    icon: str
    section: str
    url_name: str = ""
    look: str = ""


TABS = [
    Tab("overview", _("Overview"), "clipboard-text", "demographics"),
    Tab("encounters", _("Stays and visits"), "bed", "stay"),
    Tab("diagnoses", _("Diagnoses"), "stethoscope", "diagnoses"),
    Tab("allergies", _("Allergies"), "alert-triangle", "allergies"),
    Tab("orders", _("Orders"), "pill", "orders", "orders:chart_tab", "orders.see_orders"),
    Tab("doses", _("Doses"), "check", "doses", "nursing:chart_tab", "nursing.see_doses"),
    Tab("vitals", _("Vitals"), "activity", "vitals"),
    Tab("laboratory", _("Laboratory"), "flask", "laboratory", "laboratory:chart_tab", "laboratory.see_results"),
    Tab("documents", _("Documents"), "file-text", "notes"),
    Tab("card", _("Polyclinic"), "clipboard-list", "notes", "outpatient:chart_tab", "outpatient.see_card"),
    Tab("received", _("Received"), "download", "notes", "fhir_export:chart_tab", "fhir_export.see_received"),
    Tab("money", _("Costs"), "cash", "money", "billing:chart_tab", "billing.see_accounts"),
    Tab("person", _("Person"), "id", "demographics", "emr:patient_data", "emr.see_chart"),
    Tab("story", _("Story"), "history", "stay"),
]


def address(tab: Tab, patient) -> str:
    """Where the tab's fragment comes from; empty when the app is switched off."""
    try:
        return reverse(tab.url_name, args=[patient.pk]) if tab.url_name else ""
    except NoReverseMatch:
        return ""


def open_tabs(chart) -> list[Tab]:
    """The tabs that this reader may open in this chart."""
    return [tab for tab in TABS if chart.shows(tab.section)
            and (not tab.url_name or (chart.actor.may(tab.look) and address(tab, chart.patient)))]


def page_address(chart_actor, patient_id, key="overview") -> str:
    """The chart page with this tab: the patient's own address, or the one of those who treat him."""
    if isinstance(chart_actor, Patient):
        return reverse("emr:my_record") if key == "overview" else reverse("emr:my_record_tab", args=[key])
    if key == "overview":
        return reverse("emr:chart", args=[patient_id])
    return reverse("emr:chart_tab", args=[patient_id, key])


# Model named by a line of a paper -> the tab that shows its rows.
SOURCES = {
    "emr.Observation": "vitals", "emr.Condition": "diagnoses", "emr.AllergyIntolerance": "allergies", "emr.Patient": "person",
    "emr.Encounter": "encounters", "emr.EncounterLocation": "encounters", "admissions.Triage": "encounters",
    "orders.MedicationRequest": "orders", "orders.PlannedDose": "doses", "orders.MedicationStatement": "orders",
    "orders.ServiceRequest": "orders",
    "nursing.MedicationAdministration": "doses", "nursing.Procedure": "orders", "laboratory.LabResult": "laboratory",
}


def source_address(chart, source: str) -> str:
    """Where a line of a paper comes from ("orders.MedicationRequest:<id>"): the paper or tab with that row; empty when it is not
    shown.
    """
    model, _colon, row = source.partition(":")
    if model == "emr.Document":
        return reverse("emr:document", args=[row])
    key = SOURCES.get(model)
    return page_address(chart.actor, chart.patient.pk, key) if key in {tab.key for tab in open_tabs(chart)} else ""


def shown_tabs(chart, current: str) -> list[dict]:
    """The tabs as the component wants them."""
    return [{"label": tab.label, "icon": tab.icon, "current": tab.key == current,
             "url": page_address(chart.actor, chart.patient.pk, tab.key)} for tab in open_tabs(chart)]
