"""Replayed orders, doses, results, vitals, procedures and prescriptions."""
import re
from decimal import Decimal

from emr.models import Encounter
from fhir_export.errors import EventMalformed, NameUsedTwice, OrderOfAnotherPatient, OrderUnknown
from fhir_export.rules.event_log import moment
from nursing.actions.medication_administration import administer_dose, refuse_dose
from nursing.actions.procedure import record_procedure
from nursing.actions.vitals import record_vitals
from orders.actions.medication_request import prescribe_medication
from orders.actions.service_request import cancel_request, request_service
from orders.errors import SecondSignatureMissing
from orders.laboratory.actions.lab_result import record_result
from orders.models import MedicationRequest, PlannedDose, ServiceRequest
from orders.queries.medication import find_medication
from orders.queries.safety_finding import AS_REPLAYED

CATEGORY = {"lab": "laboratory", "imaging": "imaging", "procedure": "procedure", "diet": "diet", "therapy": "therapy"}
PRIORITY = {"stat": "stat", "urgent": "urgent", "within_6h": "asap"}
LOINC = "http://loinc.org"
CPT = "http://www.ama-assn.org/go/cpt"
UNSIGNED = "the log names no second signature of this hard stop"
DOSE = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z%/0-9]+)$")
# The log's words for vital signs -> ours.
VITALS = {"temperature_celsius": "temperature", "heart_rate": "heart_rate", "systolic_bp": "systolic",
          "diastolic_bp": "diastolic", "respiratory_rate": "respiratory_rate", "spo2": "spo2", "pain_score": "pain",
          "consciousness_level": "consciousness", "on_supplemental_oxygen": "oxygen", "gcs_score": "gcs",
          "oxygen_flow_rate_lpm": "oxygen_flow", "oxygen_delivery_device": "oxygen_device"}


def order(replay, event):
    name = event.data["order_id"]
    if replay.known("order", name):
        raise NameUsedTwice(name=name)
    kind = event.data.get("order_type")
    if kind == "medication":
        return _medication_order(replay, event)
    if kind not in CATEGORY:
        raise EventMalformed(what="a known order_type")
    return _service_order(replay, event, CATEGORY[kind])


def _words(name):
    """A name of the log as people read it: Chest_CT is Chest CT. What is no text is refused further on."""
    return name.replace("_", " ") if isinstance(name, str) else name


def _service_order(replay, event, category):
    data, doctor = event.data, replay.staff(event.data.get("ordered_by"))
    code = str(data.get("order_code") or "")
    request = request_service(
        replay.encounter(event), category=category, text=_words(data["display_name"]), code=code,
        system=(LOINC if category == "laboratory" else "urn:clinosim:order") if code else "",
        priority=PRIORITY.get(data.get("urgency"), "routine"), reason=_words(data.get("clinical_intent") or "")[:500],
        requester=doctor, authored_at=event.happened_at, by=doctor)
    replay.learn("order", data["order_id"], request)
    if data.get("status") == "cancelled":
        cancel_request(request, reason="Cancelled in the log, which gives no time or reason", by=doctor)
    return request, ""


def _medication_order(replay, event):
    data, doctor = event.data, replay.staff(event.data.get("ordered_by"))
    doses = replay.log.doses.get(data["order_id"], [])
    due = [moment(dose.data["scheduled_datetime"], shifted_days=replay.shifted_days) for dose in doses
           if dose.encounter == event.encounter]
    amount = data.get("dose_quantity")
    request, unsigned = _prescribed(
        replay, doctor, encounter=replay.encounter(event), medication=find_medication(data["display_name"]),
        dose=Decimal(str(amount)) if amount is not None else None, dose_unit=data.get("dose_unit") or "",
        dose_text="" if amount is not None else data.get("dose_text_en") or data["display_name"],
        route=data.get("route") or "", timing={}, timing_text=data.get("frequency") or "",
        priority=PRIORITY.get(data.get("urgency"), "routine"), indication=_words(data.get("clinical_intent") or "")[:300],
        starts_at=min([event.happened_at, event.at, *due]), prescriber=doctor, doses=sorted(set(due)))
    replay.learn("order", data["order_id"], request)
    verbal = event.at < event.happened_at
    notes = ["a verbal order: the log dates its first dose before it"] if verbal else []
    return request, "; ".join(notes + ([UNSIGNED] if unsigned else []))


def _prescribed(replay, doctor, *, encounter, **fields):
    """The order, and whether the log leaves a hard stop without its second signature.

    The log's doctors prescribed knowing what the checks say; a person would give the reason in one key. No second signature is
    invented: where the checks ask for one, the entry is the system's and the prescribing the doctor's.
    """
    fields |= {"override_reason": AS_REPLAYED}
    try:
        return prescribe_medication(encounter, by=doctor, **fields), False
    except SecondSignatureMissing:
        return prescribe_medication(encounter, by=replay.people.system, **fields), True


def administration(replay, event):
    data = event.data
    dose, is_high_risk = _planned(replay, event, replay.encounter(event).pk)
    nurse = replay.staff(data.get("administered_by"))
    if data["status"] == "refused":
        return refuse_dose(dose, reason="refused by the patient, as the log says", at=event.happened_at, by=nurse), ""
    if data["status"] != "given":
        raise EventMalformed(what="a known status of the dose")
    if is_high_risk:
        # The log names no witness, and none is invented: the entry is the system's, the giving is the nurse's.
        row = administer_dose(dose, given_at=event.happened_at, performer=nurse, by=replay.people.system)
        return row, "the log names no witness of this high-risk dose"
    return administer_dose(dose, given_at=event.happened_at, by=nurse), ""


def _planned(replay, event, encounter):
    """The planned dose that the line speaks of, and whether its drug is one of high risk."""
    name = event.data["order_id"]
    request = replay.known("order", name)
    if request is None:
        raise OrderUnknown(name=name)
    due = moment(event.data["scheduled_datetime"], shifted_days=replay.shifted_days)
    for dose, stay, is_high_risk in PlannedDose.objects.filter(request=request, due_at=due).values_list(
            "pk", "encounter", "request__medication__is_high_risk"):
        if stay == encounter:
            return dose, is_high_risk
        raise OrderOfAnotherPatient(name=name)
    other = MedicationRequest.objects.filter(pk=request).exclude(encounter=encounter).exists()
    raise OrderOfAnotherPatient(name=name) if other else OrderUnknown(name=name)


def result(replay, event):
    data = event.data
    request = replay.known("order", data["order_id"])
    if request is None:
        raise OrderUnknown(name=data["order_id"])
    if replay.encounter(event).pk not in ServiceRequest.objects.filter(pk=request).values_list("encounter", flat=True):
        raise OrderOfAnotherPatient(name=data["order_id"])
    value = data["value"]
    row = record_result(
        request, test=data["lab_name"], value=value if isinstance(value, Decimal) else Decimal(str(value)),
        unit=data.get("unit") or "", found_at=event.happened_at, by=replay.staff(data.get("performed_by")))
    return row, ""


def vitals(replay, event):
    data = event.data
    values = {ours: data[theirs] for theirs, ours in VITALS.items() if data.get(theirs) is not None}
    if "oxygen_device" in values:
        values["oxygen_device"] = _words(values["oxygen_device"])
    panel = record_vitals(replay.encounter(event), values=values, measured_at=event.happened_at,
                          note=data.get("nursing_note") or "", by=replay.staff(data.get("measured_by")))
    return panel, ""


def procedure(replay, event):
    data, surgeon = event.data, replay.staff(event.data.get("primary_surgeon_id"))
    code = str(data.get("procedure_code_us") or "")
    row = record_procedure(
        replay.encounter(event), text=_words(data["procedure_type"]), code=code, system=CPT if code else "",
        started_at=event.happened_at, ended_at=_end(replay, data), anaesthesia=data.get("anesthesia_type") or "",
        performer=surgeon if data.get("primary_surgeon_id") else None, by=surgeon)
    return row, ""


def _end(replay, data):
    """The end of the procedure, unless it still lies ahead: nobody records what has not happened yet."""
    from emr import clock

    end = moment(data["end_datetime"], shifted_days=replay.shifted_days)
    return end if end <= clock.now() else None


def prescription(replay, event):
    """One prescription paper: an order for each item, on discharge from a ward or for the community."""
    encounter, doctor = replay.encounter(event), replay.staff(event.data.get("prescriber_id"))
    category = "discharge" if encounter.kind == Encounter.Kind.INPATIENT else "community"
    items, first, unsigned = event.data["items"], None, False
    if not isinstance(items, list) or not items:
        raise EventMalformed(what="its items")
    for item in items:
        text = str(item.get("dose") or item.get("dose_en") or item["drug_name"])
        days = item.get("duration_days")  # a number, or a word such as "ongoing"
        amount = DOSE.match(text)
        request, stopped = _prescribed(
            replay, doctor, encounter=encounter, medication=find_medication(item["drug_name"]),
            dose=Decimal(amount[1]) if amount else None,
            dose_unit=amount[2] if amount else "", dose_text="" if amount else text, route=item.get("route") or "",
            timing_text=item.get("frequency") or (days if isinstance(days, str) else ""), category=category, doses=[],
            days=days if isinstance(days, int) else None,
            starts_at=event.happened_at, prescriber=doctor)
        first, unsigned = first or request, unsigned or stopped
    return first, f"{len(items)} items" + (f"; {UNSIGNED}" if unsigned else "")
