"""Recording a round of vital signs; the early warning score follows by itself when the round is complete."""
from decimal import Decimal

from emr import clock
from emr.actions.encounter import lock_patient
from emr.actions.observation import add_observations, withdraw_panel
from emr.acts import act
from emr.errors import Malformed, NotFound, TextTooLong, TimeInFuture
from emr.ids import new_id
from emr.journal import record
from emr.models import Observation, Staff
from nursing.actions.medication_administration import may_undo
from nursing.errors import NothingMeasured, NotYourEntry, NotYourName
from nursing.queries import bedside
from nursing.rules import news2
from nursing.rules import vitals as rules
from nursing.rules.stay_times import check_within_stay

NOTE_LENGTH = 2000


@act("nursing.record_vitals")
def record_vitals(encounter, *, by, values, measured_at=None, note="", performer=None, spo2_scale=1):
    """Record what was measured at the bedside in one round, at one time; complete rounds get their NEWS2.

    `values`: keys of rules.vitals.SIGNS (°C, /min, mm Hg, %, L/min, kg, cm, mmol/L), oxygen (true or false), oxygen_device,
    consciousness (A C V P U). `spo2_scale` 2 only where a doctor set a target of 88-92 %. NEWS2 is for 16 years and more; an
    unknown age counts as grown up. Returns the first Observation; its panel_id names the round.

    Raises NothingMeasured, ImplausibleValue (a typing error), Malformed, TimeInFuture, BeforeStay, StayHasEnded,
    ChartNotVisible.
    """
    measured_at = measured_at or clock.now()
    if measured_at > clock.now():
        raise TimeInFuture()
    if performer and getattr(performer, "pk", performer) != by.pk and by.kind != Staff.Kind.SYSTEM:
        raise NotYourName()
    if spo2_scale not in (1, 2):
        raise Malformed(problem="spo2_scale: 1 or 2 is needed")
    taken = rules.read(values)
    if not taken:
        raise NothingMeasured()
    row = bedside.encounter_at(encounter, measured_at, by)
    patient = lock_patient(row.patient_id)
    check_within_stay(row, measured_at)
    columns = rules.as_observations(taken)
    score = _score(patient, taken, measured_at, spo2_scale)
    if score:
        columns.append(_as_observation(score, spo2_scale))
    columns[0]["note"] = _note(note)
    rows = add_observations(patient, row, columns, effective_at=measured_at, by=by, panel_id=new_id())
    told = {"score": score.total, "risk": score.risk} if score else {}
    record(rows[0], patient=patient, encounter=row, values=len(taken), measured=measured_at.isoformat(), **told)
    return rows[0]


@act("nursing.undo_vitals")
def undo_vitals(panel_id, *, by, reason):
    """Take a round back: all its values stay readable as errors. Only who recorded it, or the head nurse.

    Raises NotFound, NotYourEntry, ReasonMissing, AlreadyInError.
    """
    first = Observation.objects.filter(panel_id=panel_id, encounter__isnull=False).order_by("pk").first()
    if first is None:
        raise NotFound()
    row = bedside.encounter_at(first.encounter_id, clock.now(), by)
    lock_patient(row.patient_id)
    first.performer_id = first.recorded_by_id
    if not may_undo(first, by):
        raise NotYourEntry(by=str(first.recorded_by))
    rows = withdraw_panel(panel_id, reason=reason, by=by)
    record(rows[0], patient=row.patient_id, encounter=row, values=len(rows), reason=rows[0].error_reason)
    return rows[0]


def _score(patient, taken, at, scale):
    age = patient.age_on(clock.day_of(at))
    return news2.score(taken, scale) if age is None or age >= news2.FROM_AGE else None


def _as_observation(score, scale):
    return {"category": "survey", "system": rules.SCORE, "code": "news2", "name": "NEWS2", "value": Decimal(score.total),
            "unit": "{score}", "components": {"scale": scale, "risk": score.risk, "points": score.points}}


def _note(note):
    note = (note or "").strip()
    if len(note) > NOTE_LENGTH:
        raise TextTooLong(field="note", length=len(note), limit=NOTE_LENGTH)
    return note
