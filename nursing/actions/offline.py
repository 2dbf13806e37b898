"""What was pressed without network and could not be recorded afterwards: a person sets it aside (D18)."""
from emr import clock
from emr.acts import act
from emr.errors import Malformed, ReasonMissing, TextTooLong, TimeInFuture
from emr.journal import record
from nursing.models import MedicationAdministration
from nursing.queries import bedside

LONGEST = {"reason": 300, "told": 600, "refusal": 80}


@act("nursing.set_aside_confirmation")
def set_aside_confirmation(dose, *, by, what, pressed_at, reason, told="", refusal=""):
    """Keep what the record says of the dose, and note in the journal what was pressed without network, and why it gives way.

    `what`: given, refused or withheld; `pressed_at` aware; `told`: amount, site, lot and words that were pressed with it;
    `refusal`: the code with which the record refused it. Writes no fact and changes none. Raises ReasonMissing, TimeInFuture,
    TextTooLong, Malformed, ChartNotVisible.
    """
    if not (reason or "").strip():
        raise ReasonMissing()
    if what not in MedicationAdministration.Status:
        raise Malformed(problem="what: given, refused or withheld")
    for name, text in (("reason", reason), ("told", told), ("refusal", refusal)):
        if len(text) > LONGEST[name]:
            raise TextTooLong(field=name, length=len(text), limit=LONGEST[name])
    if pressed_at > clock.now():
        raise TimeInFuture()
    row = bedside.dose_at(dose, clock.now(), by)
    record(row, patient=row.patient_id, encounter=row.encounter_id, what=str(what), pressed_at=pressed_at.isoformat(),
           drug=str(row.request.medication), reason=reason.strip(), told=told.strip(), refusal=refusal)
    return row
