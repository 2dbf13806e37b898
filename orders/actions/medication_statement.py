"""What the patient takes by his own word or by another institution's."""
from emr import clock
from emr.actions.encounter import lock_patient, refuse_strangers
from emr.acts import act
from emr.errors import AlreadyInError, ReasonMissing
from emr.journal import record
from orders.errors import EndBeforeStart, TextMissing
from orders.models import MedicationStatement


@act("orders.record_medication_statement")
def record_medication_statement(patient, *, by, text, dosage_text="", code="", system="", route="", status="active",
                                encounter=None, started_at=None, ended_at=None, asserted_at=None):
    """Note a drug that the patient says to take, or took. It is no order. Raises TextMissing, EndBeforeStart."""
    patient = lock_patient(patient)
    refuse_strangers(by, patient.pk)
    row = add_statement(patient, by=by, text=text, dosage_text=dosage_text, code=code, system=system, route=route, status=status,
                        encounter=encounter, started_at=started_at, ended_at=ended_at, asserted_at=asserted_at)
    record(row, patient=patient, encounter=encounter, text=row.text)
    return row


def add_statement(patient, *, by, text, dosage_text="", code="", system="", route="", status="active", encounter=None,
                  started_at=None, ended_at=None, asserted_at=None, source=None) -> MedicationStatement:
    """Write the statement inside another act (import of a document). Raises as `record_medication_statement`."""
    if not text.strip():
        raise TextMissing()
    if started_at and ended_at and ended_at < started_at:
        raise EndBeforeStart()
    return MedicationStatement.objects.create(
        patient=patient, encounter_id=getattr(encounter, "pk", encounter), text=text.strip(), dosage_text=dosage_text.strip(),
        code=code, system=system if code else "", route=route, status=status, started_at=started_at, ended_at=ended_at,
        asserted_at=asserted_at or clock.now(), source=source, recorded_by=by)


@act("orders.withdraw_statement")
def withdraw_statement(statement, *, by, reason):
    """Mark a statement as entered in error. Raises AlreadyInError, ReasonMissing."""
    row = MedicationStatement.objects.select_for_update(no_key=True).get(pk=getattr(statement, "pk", statement))
    refuse_strangers(by, row.patient_id)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    if not reason.strip():
        raise ReasonMissing()
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason.strip()
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.error_reason)
    return row
