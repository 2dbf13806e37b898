"""Telling the doctor on duty of an early warning score, and his answer (B7)."""
from admissions.errors import AlertIsSeen
from admissions.models import DeteriorationAlert
from admissions.queries import deterioration_alert as queries
from admissions.queries.row import row_of
from emr import acts, clock
from emr.actions.encounter import lock_encounter
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.journal import record
from emr.models import Observation
from emr.rules.texts import fits

acts.LAST_LINE["told_once_of_a_score"] = AlertIsSeen


@act("admissions.alert_doctor")
def alert_doctor(observation, *, by):
    """Tell the doctors on duty where the patient lies of this score; when there is none, that is written down. Once per score."""
    observation = row_of(Observation, observation, "encounter")
    encounter = lock_encounter(observation.encounter_id)
    if DeteriorationAlert.objects.filter(observation=observation).exists():
        raise AlertIsSeen()
    people = queries.doctors_for(encounter) or [None]
    made = [DeteriorationAlert.objects.create(encounter=encounter, observation=observation, told=person, told_at=clock.now(),
                                              recorded_by=by)
            for person in people]
    record(made[0], patient=encounter.patient_id, encounter=encounter, level=str(observation.value),
           name=", ".join(person.short_name for person in people if person))
    return made[0]


@act("admissions.answer_alert")
def answer_alert(alert, *, by, note=""):
    """The doctor has seen the alert and says what he does; it is answered for all who were told of that score.

    Any doctor of the patient may answer. Raises AlertIsSeen.
    """
    found = row_of(DeteriorationAlert, alert, "encounter")
    patient = open_for_writing(found.encounter.patient_id, by)
    rows = list(DeteriorationAlert.objects.live().select_for_update(no_key=True).filter(observation=found.observation_id)
                .order_by("pk"))
    if any(row.seen_at for row in rows):
        raise AlertIsSeen()
    note = (note or "").strip()
    fits(DeteriorationAlert, note=note)
    for row in rows:
        row.seen_at, row.seen_by, row.note = clock.now(), by, note
        row.save(update_fields=["seen_at", "seen_by", "note"])
    mine = next(row for row in rows if row.pk == found.pk)
    record(mine, patient=patient, encounter=found.encounter, reason=note)
    return mine
