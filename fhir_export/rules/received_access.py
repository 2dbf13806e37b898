"""Who reads what came from elsewhere: through the chart of its patient, or because one's work reaches everybody."""
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Staff
from emr.permissions import INSTITUTION_WIDE
from fhir_export.queries import received as queries


def check_document(actor, document) -> None:
    """A document is open to those whose work reaches everybody; others read it through its one patient's chart, which is logged.

    Raises NotFound for a document of nobody or of several people, ChartNotVisible.
    """
    if actor.kind == Staff.Kind.SYSTEM or actor.role_names & INSTITUTION_WIDE:
        return
    people = queries.patients_of(document)
    if len(people) != 1:
        raise NotFound()
    chart_for(actor, people.pop(), f"received document {document.pk}")


def check_resource(actor, row) -> None:
    """A resource of a patient is open through his chart to those who read that part of it; else as its document is.

    Raises NotFound, ChartNotVisible.
    """
    if not row.patient_id:
        check_document(actor, row.document)
        return
    chart = chart_for(actor, row.patient_id, f"received {row.resource_type}")
    if not chart.shows("demographics" if row.resource_type == "Patient" else "notes"):
        raise NotFound()
