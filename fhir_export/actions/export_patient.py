"""Giving a record to somebody else: every document that leaves is written down, and the reading of the chart too."""
from emr.access import chart_for
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Encounter
from emr.rules.texts import fits
from fhir_export.models import SentDocument
from fhir_export.rules import documents
from fhir_export.rules.elements import dumps
from fhir_export.rules.received_text import digest

KINDS = ("ips", "discharge", "everything")


@act("fhir_export.export_patient")
def export_patient(patient, *, by, kind, encounter=None, recipient="", purpose="", base="", language=None):
    """Make a document of the patient for somebody else: ips (summary), discharge (of one stay), everything.

    Returns the SentDocument with the bundle as `body` (JSON bytes, not stored). For a discharge without `encounter` the
    latest stay is taken. Raises ChartNotVisible, NotFound, Malformed.
    """
    if kind not in KINDS:
        raise Malformed(problem=f"document: one of {', '.join(KINDS)} is needed")
    fits(SentDocument, recipient=recipient, purpose=purpose)
    chart = chart_for(by, patient, f"export {kind}")
    stay = _stay(chart.patient, encounter) if kind == "discharge" else None
    if kind == "discharge":
        bundle = documents.discharge_bundle(stay, language=language)
    elif kind == "ips":
        bundle = documents.patient_summary(chart.patient, language=language)
    else:
        bundle = documents.everything(chart.patient, base=base)
    body = dumps(bundle)
    sent = SentDocument.objects.create(patient=chart.patient, encounter=stay, kind=kind, recipient=recipient, purpose=purpose,
                                       made_by=by, resources=len(bundle["entry"]), sha256=digest(body))
    record(sent, patient=chart.patient, encounter=stay, kind=kind, recipient=recipient, purpose=purpose,
           resources=sent.resources, sha256=sent.sha256)
    sent.body, sent.bundle = body, bundle
    return sent


def export_stay(encounter, *, by, recipient="", purpose="", language=None):
    """The discharge document of one stay. Raises NotFound for an absent stay."""
    row = Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).first()
    if row is None:
        raise NotFound()
    return export_patient(row.patient_id, by=by, kind="discharge", encounter=row, recipient=recipient, purpose=purpose,
                          language=language)


def _stay(patient, encounter):
    stays = Encounter.objects.live().filter(patient=patient)
    if encounter is not None:
        found = stays.filter(pk=getattr(encounter, "pk", encounter)).first()
    else:
        found = stays.filter(kind=Encounter.Kind.INPATIENT).order_by("-started_at").first()
    if found is None:
        raise NotFound()
    return found

