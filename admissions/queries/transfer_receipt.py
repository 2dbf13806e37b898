"""Receipts of patients handed from department to department, and what they are made of (A13)."""
import datetime as dt

from django.db.models import Q

from admissions.models import AdmissionRequest, TransferReceipt
from admissions.queries.emergency_visit import standing_requests
from emr import clock
from emr.models import EncounterLocation
from nursing.queries.vitals import of_encounter
from nursing.rules.vitals import SIGNS, UNITS
from orders.models import MedicationRequest

SHOWN = dt.timedelta(hours=24)
LABELS = {sign.code: sign.key for sign in SIGNS.values()}


def present_department(encounter):
    """The department in which the patient is now, or None."""
    place = EncounterLocation.objects.live().filter(encounter=encounter, during__upper_inf=True).select_related(
        "department").first()
    return place and place.department


def destination(encounter):
    """The department that was asked to take the patient of a visit, or that treats the stay; None when nobody was."""
    if encounter.kind == encounter.Kind.INPATIENT:
        return encounter.department
    asked = AdmissionRequest.objects.live().filter(encounter=encounter, withdrawn_at__isnull=True,
                                                   decline_reason="").select_related(
        "department").order_by("-requested_at").first()
    return asked and asked.department


def last_vitals(encounter) -> list[dict]:
    """The newest value of each sign as it stands in the receipt: key of the sign, value, unit, moment."""
    rows = sorted(of_encounter(encounter).last.values(), key=lambda row: row.effective_at)
    return [{"key": LABELS.get(row.code, ""), "name": row.name, "value": str(row.value.normalize()) if row.value is not None else
             row.value_code or row.value_text, "unit": UNITS.get(row.unit, row.unit), "at": row.effective_at.isoformat()}
            for row in rows]


def pending(encounter) -> list[str]:
    """Examinations without a result and drug orders that run, in words."""
    asked = [row.text for row in standing_requests([encounter.pk]) if not (row.found_at or row.is_done)]
    drugs = MedicationRequest.objects.live().filter(encounter=encounter, stopped_at__isnull=True).select_related("medication")
    return asked + [" ".join(filter(None, [str(row.medication), row.dose_words, row.route, row.timing_text]))
                    for row in drugs.order_by("starts_at")]


def of_departments(departments):
    """Receipts from or to these departments: those not taken yet first, then those of the last day."""
    return TransferReceipt.objects.live().filter(
        Q(from_department__in=departments) | Q(to_department__in=departments)).filter(
        Q(taken_at__isnull=True) | Q(handed_at__gt=clock.now() - SHOWN)).select_related(
        "encounter__patient", "from_department", "to_department", "recorded_by", "taken_by").order_by("taken_at", "-handed_at")


def of_encounter_family(encounter):
    """The newest receipt of this visit or stay, or None."""
    return TransferReceipt.objects.live().filter(encounter=encounter).select_related(
        "from_department", "to_department", "recorded_by", "taken_by").order_by("-handed_at").first()
