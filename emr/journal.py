"""The journal: one row per act, told to people. History and access log are two other records; see docs/map.md."""
from emr import acts, clock
from emr.models.journal import JournalEntry


def record(about, *, patient=None, encounter=None, **data):
    """Write the act's journal row, so that it commits with the change. Call it exactly once in every act.

    `about` is the row the act made or changed; `data` holds plain values (identifiers, numbers as text, ISO times).
    """
    frame = acts.current()
    frame.recorded += 1
    if frame.proven:
        data["proven"] = frame.proven
    return JournalEntry.objects.create(
        at=clock.now(), act=frame.name, about_type=about._meta.label, about_id=about.pk, data=data,
        patient_id=getattr(patient, "pk", patient), encounter_id=getattr(encounter, "pk", encounter),
        request_key=frame.request_key, **frame.by.as_author())
