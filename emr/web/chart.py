"""The chart of a patient: one page, a tab for each part. Everything is read through `chart_for`."""
from django.http import HttpResponse
from django.shortcuts import render

from emr import chart_tabs
from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import look, page_of
from emr.queries import chart as queries
from emr.rules import story
from emr.rules.vitals import newest, trends


@look("emr.see_chart")
def page(request, patient_id, key="overview"):
    """A patient's chart, opened by those who treat him."""
    return _show(request, patient_id, key)


@look("emr.see_own_chart")
def mine(request, key="overview"):
    """The patient's own chart."""
    return _show(request, request.actor.pk, key)


def _show(request, patient_id, key):
    chart = chart_for(request.actor, patient_id, f"chart:{key}")
    tab = next((tab for tab in chart_tabs.open_tabs(chart) if tab.key == key), None)
    if tab is None:
        raise NotFound()
    context = head(chart, key) | {"tab": tab, "crumbs": []}
    if tab.url_name:
        return render(request, "emr/chart/elsewhere.html", context | {"fragment": chart_tabs.address(tab, chart.patient)})
    return render(request, f"emr/chart/{key}.html", context | PARTS[key](request, chart))


def head(chart, current):
    """What the head of every chart page needs: patient, place, allergies, tabs."""
    place = queries.place_of(chart.patient) if chart.shows("stay") else None
    return {"chart": chart, "patient": chart.patient, "place": place, "tabs": chart_tabs.shown_tabs(chart, current),
            "encounter_place": _place_name(place), "encounter": place.encounter if place else None,
            "chart_url": chart_tabs.page_address(chart.actor, chart.patient.pk),
            "allergies": queries.allergies(chart.patient) if chart.shows("allergies") else None,
            "may": {name: chart.actor.may(f"emr.{name}") for name in (
                "record_condition", "withdraw_condition", "record_allergy", "withdraw_allergy", "record_no_known_allergy",
                "write_document", "see_document", "see_journal", "attach_file")}}


def _place_name(place):
    if place is None:
        return ""
    return f"{place.bed.label}, {place.department.name}" if place.bed else place.department.name


def overview(request, chart):
    patient = chart.patient
    return {
        "conditions": queries.standing_conditions(patient) if chart.shows("diagnoses") else None,
        "encounters": queries.encounters(patient)[:5] if chart.shows("stay") else None,
        "vitals": newest(list(queries.last_vitals(patient))) if chart.shows("vitals") else None,
        "documents": queries.documents(patient, chart.actor)[:6] if chart.shows("notes") else None,
    }


def encounters(request, chart):
    return {"page": page_of(request, queries.encounters(chart.patient))}


def diagnoses(request, chart):
    return {"page": page_of(request, queries.conditions(chart.patient))}


def allergies(request, chart):
    return {"entries": list(queries.allergy_entries(chart.patient))}


def vitals(request, chart):
    return {"trends": trends(queries.vitals(chart.patient)), "days": queries.TREND.days}


def documents(request, chart):
    return {"page": page_of(request, queries.documents(chart.patient, chart.actor)), "files": queries.files(chart.patient)}


def told(request, chart):
    rows = page_of(request, queries.story(patient=chart.patient, acts=story.visible_acts(chart)))
    return {"page": rows, "items": [story.tell(entry) for entry in rows]}


PARTS = {"overview": overview, "encounters": encounters, "diagnoses": diagnoses, "allergies": allergies, "vitals": vitals,
         "documents": documents, "story": told}


@look("emr.see_chart")
def file(request, patient_id, file_id):
    """One file of the chart, to be saved; never shown by the browser as a page of ours."""
    chart = chart_for(request.actor, patient_id, "file")
    found = queries.file(chart.patient, file_id)
    if found is None or not chart.shows("notes"):
        raise NotFound()
    answer = HttpResponse(bytes(found.body), content_type=found.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    return answer
