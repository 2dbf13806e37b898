"""Recording what was done to the patient that is no drug."""
from emr import clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, TextTooLong, TimeInFuture
from emr.journal import record
from emr.rules.texts import fits
from nursing.errors import ProcedureEndsBeforeStart, ProcedureTextMissing, RequestOfAnother
from nursing.models import Procedure
from nursing.queries import bedside
from nursing.rules.stay_times import check_within_stay
from orders.models import ServiceRequest

NOTE_LENGTH = 10_000


@act("nursing.record_procedure")
def record_procedure(encounter, *, by, text, started_at, code="", system="", ended_at=None, request=None, performer=None,
                     anaesthesia="", note=""):
    """Record a procedure of a stay or visit: what, when it began and ended, who did it (the recorder, unless named).

    `request`: the service request that it answers. Raises ProcedureTextMissing, ProcedureEndsBeforeStart, TimeInFuture,
    RequestOfAnother, BeforeStay, StayHasEnded, TextTooLong, ChartNotVisible.
    """
    if not text.strip():
        raise ProcedureTextMissing()
    if started_at > clock.now() or (ended_at and ended_at > clock.now()):
        raise TimeInFuture()
    if ended_at and ended_at < started_at:
        raise ProcedureEndsBeforeStart()
    if code and not system:
        raise Malformed(problem="system: a code needs the name of its system")
    fits(Procedure, text=text, code=code, system=system, anaesthesia=anaesthesia)
    if len(note) > NOTE_LENGTH:
        raise TextTooLong(field="note", length=len(note), limit=NOTE_LENGTH)
    row = bedside.encounter_at(encounter, started_at, by)
    patient = lock_patient(row.patient_id)
    check_within_stay(row, started_at)
    procedure = Procedure.objects.create(
        patient=patient, encounter=row, department_id=row.place_id or row.department_id, text=text.strip(), code=code,
        system=system, started_at=started_at, ended_at=ended_at, request=_request(request, patient),
        performer_id=getattr(performer, "pk", performer) or by.pk, anaesthesia=anaesthesia, note=note.strip(), recorded_by=by)
    record(procedure, patient=patient, encounter=row, text=procedure.text, started=started_at.isoformat())
    return procedure


def _request(request, patient):
    if request is None:
        return None
    row = ServiceRequest.objects.live().filter(pk=getattr(request, "pk", request), patient=patient,
                                               cancelled_at__isnull=True).first()
    if row is None:
        raise RequestOfAnother()
    return row
