"""Handing a patient to another department: a receipt with two sides (A13)."""
from admissions.errors import NothingToHandOver, ReceiptIsOpen, ReceiptIsTaken, TakenByTheGiver
from admissions.models import TransferReceipt
from admissions.queries import transfer_receipt as queries
from admissions.queries.row import row_of
from emr import acts, clock
from emr.actions.encounter import lock_open_encounter
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.errors import NotFound
from emr.journal import record
from emr.models import Department, Encounter
from emr.rules.texts import fits

acts.LAST_LINE["one_open_receipt_per_patient"] = ReceiptIsOpen
acts.LAST_LINE["two_people_hand_a_patient_over"] = TakenByTheGiver


@act("admissions.hand_over_patient")
def hand_over_patient(encounter, *, by, to_department=None, belongings="", note=""):
    """Hand the patient to the department that takes him, with last vital signs, what is open, and his belongings, as they are
    now.

    `to_department`: default the one that was asked to admit, or that treats the stay. Raises NothingToHandOver, ReceiptIsOpen,
    EncounterIsFinished.
    """
    encounter = row_of(Encounter, encounter)
    patient = open_for_writing(encounter.patient_id, by)
    encounter = lock_open_encounter(encounter)
    here, there = queries.present_department(encounter), row_of(Department, to_department) or queries.destination(encounter)
    if here is None or there is None or here.pk == there.pk:
        raise NothingToHandOver()
    if TransferReceipt.objects.live().filter(encounter=encounter, taken_at__isnull=True).exists():
        raise ReceiptIsOpen()
    fits(TransferReceipt, belongings=belongings, note=note)
    row = TransferReceipt.objects.create(
        encounter=encounter, from_department=here, to_department=there, handed_at=clock.now(),
        vitals=queries.last_vitals(encounter),
        pending=queries.pending(encounter), belongings=belongings.strip(), note=note.strip(), recorded_by=by)
    record(row, patient=patient, encounter=encounter, department=there.name)
    return row


@act("admissions.take_patient")
def take_patient(receipt, *, by, remark=""):
    """Sign that the patient came, with what was found otherwise. Raises ReceiptIsTaken, TakenByTheGiver, NotFound."""
    found = row_of(TransferReceipt, receipt, "encounter")
    patient = open_for_writing(found.encounter.patient_id, by)
    row = TransferReceipt.objects.live().select_for_update(no_key=True, of=("self",)).select_related(
        "taken_by", "encounter").filter(
        pk=found.pk).first()
    if row is None:
        raise NotFound()
    if row.taken_at:
        raise ReceiptIsTaken(name=row.taken_by.short_name, at=row.taken_at)
    if row.recorded_by_id == by.pk:
        raise TakenByTheGiver()
    fits(TransferReceipt, remark=remark)
    row.taken_at, row.taken_by, row.remark = clock.now(), by, (remark or "").strip()
    row.save(update_fields=["taken_at", "taken_by", "remark"])
    record(row, patient=patient, encounter=row.encounter, reason=row.remark)
    return row
