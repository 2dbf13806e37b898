"""Those who were announced are here: the visit begins at once, who they are is found out later (A1, A4)."""
from admissions.actions.announcement import lock_announcement
from admissions.actions.emergency_visit import register_arrival
from emr.actions.patient import register_unknown_patient
from emr.acts import act
from emr.journal import record


@act("admissions.receive_announced")
def receive_announced(announcement, *, by):
    """Receive an announced patient whom nobody knows yet, under a temporary identity. Raises AnnouncementIsClosed, NotFound."""
    row = lock_announcement(announcement)
    patient = register_unknown_patient(by=by, sex=row.sex, age=row.age, description=row.complaint[:300])
    visit = register_arrival(patient, by=by, department=row.department_id, arrival_mode=row.arrival_mode, announced=row)
    record(visit, patient=patient, encounter=visit, number=visit.number, announced=str(row.pk))
    return visit
