"""Patient and Encounter over FHIR: read, whole record, summary, discharge document."""
import hashlib
import uuid

from rest_framework.response import Response

from emr.access import ChartNotVisible, chart_for
from emr.api.acts import actor_of
from emr.errors import NotPermitted
from emr.queries import institution
from fhir_export.actions.export_patient import export_patient, export_stay
from fhir_export.api.fhir import FhirView, base_of
from fhir_export.queries.gather import person
from fhir_export.rules import people
from fhir_export.rules.elements import dumps

EXPORT = "fhir_export.export_patient"


def key(text) -> uuid.UUID:
    """The id of the address; what is no id of ours is nobody's. Raises ChartNotVisible."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise ChartNotVisible() from error


class PatientView(FhirView):
    look = EXPORT

    def get(self, request, pk):
        actor = actor_of(request)
        if not actor.may(EXPORT):
            raise NotPermitted(act=EXPORT)
        chart = chart_for(actor, key(pk), "fhir Patient")
        body = dumps(people.patient(person(chart.patient), institution.current()))
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(None, 304, headers={"ETag": tag})
        return Response(body, headers={"ETag": tag})


class ExportView(FhirView):
    """One kind of document of a patient, by GET or POST."""

    kind = ""

    def get(self, request, pk):
        sent = export_patient(key(pk), by=actor_of(request), kind=self.kind, purpose="FHIR interface",
                              base=base_of(request) if self.kind == "everything" else "")
        return Response(sent.body)

    post = get


class DischargeView(FhirView):
    def get(self, request, pk):
        return Response(export_stay(key(pk), by=actor_of(request), purpose="FHIR interface").body)

    post = get
