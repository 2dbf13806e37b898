"""Facts about doses, for lists and other faces."""
from emr.access import chart_for
from emr.errors import NotFound
from nursing.models import MedicationAdministration


def _rows():
    return MedicationAdministration.objects.select_related(
        "dose", "request__medication", "performer", "witness", "error_by", "stock_move__lot")


def of_patient(actor, patient_id):
    """All facts about the patient's doses, newest first, wrong ones too; the chart is opened and the reading logged."""
    chart = chart_for(actor, patient_id, "doses")
    if not chart.shows("doses"):
        raise NotFound()
    return _rows().filter(patient=chart.patient).order_by("-happened_at", "-pk")


def one(actor, pk) -> MedicationAdministration:
    """One fact of a patient whose chart is open to the actor. Raises NotFound, ChartNotVisible."""
    row = _rows().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if not chart_for(actor, row.patient_id, "dose").shows("doses"):
        raise NotFound()
    return row


def of_dose(dose):
    """What was recorded about one dose, wrong entries included, newest first."""
    return _rows().filter(dose=dose).order_by("-recorded_at")
