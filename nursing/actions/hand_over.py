"""Handing a department from one shift to the next: remarks, and the signatures of the nurse who goes and the nurse who comes
(D17).
"""
from emr import clock
from emr.access import ChartNotVisible
from emr.actions.encounter import lock_patient
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.models import Department
from emr.rules.texts import fits
from nursing.actions.medication_administration import may_undo
from nursing.errors import (
    HandedOverAlready,
    HandOverWithdrawn,
    NotOnThisWard,
    NotYourEntry,
    RemarkMissing,
    SamePersonTakesOver,
    ShiftTooLong,
    TakenOverAlready,
)
from nursing.models import HandOver, HandOverRemark
from nursing.queries import bedside, worklist
from nursing.queries import hand_over as queries
from nursing.rules import hand_over as rules


@act("nursing.remark_hand_over")
def remark_hand_over(encounter, *, by, text):
    """Add in one's own words what the next shift must know about a patient who lies in the department.

    Raises RemarkMissing, NotOnThisWard (no place, or discharged), TextTooLong, ChartNotVisible.
    """
    text = (text or "").strip()
    if not text:
        raise RemarkMissing()
    fits(HandOverRemark, text=text)
    row = bedside.encounter_at(encounter, clock.now(), by)
    lock_patient(row.patient_id)
    if row.finished_at or not row.place_id:
        raise NotOnThisWard()
    made = HandOverRemark.objects.create(patient_id=row.patient_id, encounter=row, department_id=row.place_id, text=text,
                                         written_at=clock.now(), recorded_by=by)
    record(made, patient=row.patient_id, encounter=row, text=text)
    return made


@act("nursing.undo_remark")
def undo_remark(remark, *, by, reason):
    """Take a remark back; it stays readable as an error. Only who wrote it, or the head nurse.

    Raises NotYourEntry, AlreadyInError, ReasonMissing, ChartNotVisible.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(HandOverRemark, error_reason=reason)
    row = HandOverRemark.objects.select_for_update(no_key=True).filter(pk=getattr(remark, "pk", remark)).first()
    if row is None:
        raise NotFound()
    bedside.encounter_at(row.encounter_id, clock.now(), by)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    row.performer_id = row.recorded_by_id
    if not may_undo(row, by):
        raise NotYourEntry(by=str(row.recorded_by))
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, was=row.text, reason=reason)
    return row


@act("nursing.hand_over")
def hand_over(department, *, by, since=None):
    """Sign as the nurse who goes: what the rows say now is kept as a snapshot that nobody can change.

    `since`: when the shift began, aware; by default as queries.hand_over.shift_began. Raises HandedOverAlready (one waits to
    be taken over), ShiftTooLong, TimeInFuture, ChartNotVisible.
    """
    row = Department.objects.select_for_update(no_key=True).filter(pk=getattr(department, "pk", department)).first()
    if row is None:
        raise ChartNotVisible()
    worklist.department_of(by, str(row.pk))
    now = clock.now()
    since = since or queries.shift_began(by, row, now)
    if since > now:
        raise TimeInFuture()
    if now - since > queries.LONGEST:
        raise ShiftTooLong(hours=int(queries.LONGEST.total_seconds() // 3600))
    if open_one := queries.waiting(row):
        raise HandedOverAlready(by=str(open_one.outgoing), at=open_one.handed_at, hand_over=str(open_one.pk))
    content = rules.written(row, since=since, now=now)
    made = HandOver.objects.create(department=row, since=since, handed_at=now, outgoing=by, content=content,
                                   sha256=rules.digest(content))
    record(made, department=str(row), patients=len(content["patients"]), since=since.isoformat(), sha256=made.sha256)
    return made


@act("nursing.take_over")
def take_over(hand_over, *, by):
    """Sign as the nurse who comes, another person than the one who went.

    Raises TakenOverAlready (names who and when), SamePersonTakesOver, HandOverWithdrawn, ChartNotVisible.
    """
    row = _locked(hand_over, by)
    if row.taken_at:
        raise TakenOverAlready(by=str(row.incoming), at=row.taken_at)
    if row.outgoing_id == by.pk:
        raise SamePersonTakesOver()
    row.taken_at, row.incoming = clock.now(), by
    row.save(update_fields=["taken_at", "incoming"])
    record(row, department=str(row.department), outgoing=str(row.outgoing_id), sha256=row.sha256)
    return row


@act("nursing.withdraw_hand_over")
def withdraw_hand_over(hand_over, *, by, reason):
    """Take back a hand-over that nobody has taken over yet: only who signed it, or the head nurse.

    Raises TakenOverAlready, HandOverWithdrawn, NotYourEntry, ReasonMissing, ChartNotVisible.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(HandOver, error_reason=reason)
    row = _locked(hand_over, by)
    if row.taken_at:
        raise TakenOverAlready(by=str(row.incoming), at=row.taken_at)
    if by.pk != row.outgoing_id and "head_nurse" not in by.role_names:
        raise NotYourEntry(by=str(row.outgoing))
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, department=str(row.department), reason=reason)
    return row


def _locked(hand_over, by) -> HandOver:
    row = HandOver.objects.select_for_update(no_key=True).filter(pk=getattr(hand_over, "pk", hand_over)).first()
    if row is None:
        raise ChartNotVisible()
    worklist.department_of(by, str(row.department_id))
    if row.error_at:
        raise HandOverWithdrawn(at=row.error_at, reason=row.error_reason)
    return row


LAST_LINE["one_open_hand_over_per_department"] = lambda: HandedOverAlready(by="?", at="")
LAST_LINE["a_signed_hand_over_is_frozen"] = lambda: TakenOverAlready(by="?", at="")
