"""One stay or visit: where the patient was, what was found, what was written, and its whole story (B16)."""
from django.shortcuts import render

from emr.access import ChartNotVisible, chart_for
from emr.models import Encounter, Patient
from emr.pages import look, page_of
from emr.queries import chart as queries
from emr.rules import story
from emr.rules.vitals import trends
from emr.web.chart import head


@look("emr.see_chart")
def page(request, encounter_id):
    """A stay or visit with its story; every act is there and none can be removed."""
    encounter = Encounter.objects.select_related("patient", "department").filter(pk=encounter_id).first()
    if encounter is None:
        raise ChartNotVisible()
    chart = chart_for(request.actor, encounter.patient, "encounter")
    rows = page_of(request, queries.story(encounter=encounter, acts=story.visible_acts(chart)))
    return render(request, "emr/encounter/page.html", head(chart, "encounters") | {
        "encounter": encounter, "page": rows, "items": [story.tell(entry) for entry in rows],
        "places": encounter.locations.live().select_related("department", "bed").order_by("during"),
        "team": encounter.participants.live().select_related("staff").order_by("since"),
        "conditions": queries.conditions(chart.patient).filter(encounter=encounter) if chart.shows("diagnoses") else None,
        "documents": (queries.documents(chart.patient, chart.actor).filter(encounter=encounter)
                      if chart.shows("notes") else None),
        "trends": (trends(queries.vitals(chart.patient, encounter=encounter, since=encounter.started_at))
                   if chart.shows("vitals") and not isinstance(chart.actor, Patient) else None)})
