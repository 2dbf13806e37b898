"""Taking a patch off. A new one is refused while the old one is on (P8)."""
from emr import clock
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from nursing.actions.second_person import second_person
from nursing.errors import NotAPatch, NotYourEntry, PatchAlreadyOff, PatchOffBeforeOn, PatchStillOn
from nursing.models import MedicationAdministration, PatchRemoval
from nursing.queries import bedside
from nursing.queries import patch as queries
from nursing.rules.patch import is_patch
from orders.actions.medication_request import lock_request


def refuse_second_patch(request, by):
    """Refuse to put a patch on while the old one is on; for the acts that give. Raises PatchStillOn."""
    if by.kind == Staff.Kind.SYSTEM or not is_patch(request):
        return
    old = queries.old_one(request)
    if old is not None:
        raise PatchStillOn(medication=str(old.request.medication), at=old.happened_at, site=old.site or "–",
                           by=str(old.performer), administration=str(old.pk))


def _lock(administration):
    """The fact of a patch, its order being locked. Raises NotFound, NotAPatch, ChartNotVisible."""
    pk = getattr(administration, "pk", administration)
    request = MedicationAdministration.objects.filter(pk=pk).values_list("request", flat=True).first()
    if request is None:
        raise NotFound()
    lock_request(request)
    return MedicationAdministration.objects.select_related("request__medication", "dose").get(pk=pk)


@act("nursing.remove_patch", proofs={"witness": "witness_pin"})
def remove_patch(administration, *, by, at=None, reason="", witness=None):
    """Record that a patch was taken off, now or earlier (`at`, aware). A student needs the instructor as `witness`.

    Raises NotAPatch, PatchAlreadyOff (names who and when), PatchOffBeforeOn, TimeInFuture, InstructorMissing, ChartNotVisible.
    """
    fact, reason = _lock(administration), (reason or "").strip()
    at = at or clock.now()
    bedside.dose_at(fact.dose_id, at, by)
    if at > clock.now():
        raise TimeInFuture()
    if fact.error_at or fact.status != "given" or not is_patch(fact.request):
        raise NotAPatch()
    earlier = PatchRemoval.objects.live().filter(administration=fact).select_related("performer").first()
    if earlier:
        raise PatchAlreadyOff(at=earlier.happened_at, by=str(earlier.performer))
    if at < fact.happened_at:
        raise PatchOffBeforeOn(at=fact.happened_at)
    fits(PatchRemoval, reason=reason)
    row = PatchRemoval.objects.create(administration=fact, patient_id=fact.patient_id, encounter_id=fact.encounter_id,
                                      happened_at=at,
                                      performer=by, recorded_by=by, reason=reason, witness=second_person(witness, by, by))
    record(row, patient=fact.patient_id, encounter=fact.encounter_id, drug=str(fact.request.medication), reason=reason,
           administration=str(fact.pk), happened=at.isoformat())
    return row


@act("nursing.undo_patch_removal")
def undo_patch_removal(removal, *, by, reason):
    """Take back that a patch was taken off: it stays readable as an error, and the patch is on again.

    Only who recorded it, or the head nurse. Raises AlreadyInError, NotYourEntry, ReasonMissing.
    """
    if not (reason or "").strip():
        raise ReasonMissing()
    found = PatchRemoval.objects.filter(pk=getattr(removal, "pk", removal)).first()
    if found is None:
        raise NotFound()
    fact = _lock(found.administration_id)
    bedside.dose_at(fact.dose_id, clock.now(), by)
    row = PatchRemoval.objects.select_for_update(no_key=True).get(pk=found.pk)
    fits(PatchRemoval, error_reason=reason)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    if by.pk != row.recorded_by_id and "head_nurse" not in by.role_names and by.kind != Staff.Kind.SYSTEM:
        raise NotYourEntry(by=str(row.performer))
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason.strip()
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.error_reason)
    return row


LAST_LINE["a_patch_is_taken_off_once"] = lambda: PatchAlreadyOff(at="", by="?")
