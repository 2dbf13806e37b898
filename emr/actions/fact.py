"""What all acts on chart facts share: open the chart for writing, take a fact back. For use inside acts."""
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.access import ChartNotVisible, link_of
from emr.actions.encounter import lock_patient
from emr.errors import AlreadyInError, NotFound, ReasonMissing, Refusal, TimeInFuture
from emr.rules.texts import fits


class EncounterOfAnother(Refusal):
    code, status = "emr.encounter_of_another_patient", 422
    message = _("This stay or visit belongs to another patient. Open the chart again and choose one of its own.")


def open_for_writing(patient, by):
    """Lock the patient for an act that writes into the chart.

    Raises ChartNotVisible without a care link, exactly as for an absent patient, and PatientIsMerged.
    """
    try:
        locked = lock_patient(patient)
    except ObjectDoesNotExist:
        raise ChartNotVisible() from None
    if not link_of(by, locked):
        raise ChartNotVisible()
    return locked


def encounter_of(patient, encounter):
    """The encounter (row or id) if it is one of the patient's; None stays None. Raises EncounterOfAnother, NotFound."""
    from emr.models import Encounter

    if encounter is None:
        return None
    if not isinstance(encounter, Encounter):
        encounter = Encounter.objects.filter(pk=encounter).first()
        if encounter is None:
            raise NotFound()
    if encounter.patient_id != patient.pk:
        raise EncounterOfAnother()
    return encounter


def not_in_future(moment):
    """The moment, or now when none is given. Raises TimeInFuture."""
    moment = moment or clock.now()
    if moment > clock.now():
        raise TimeInFuture()
    return moment


def lock_fact(model, fact, by):
    """The patient and the fact (row or id), both locked in this order. Raises NotFound, ChartNotVisible."""
    found = model._base_manager.filter(pk=getattr(fact, "pk", fact)).values_list("patient_id", flat=True).first()
    if found is None:
        raise NotFound()
    patient = open_for_writing(found, by)
    return patient, model._base_manager.select_for_update(no_key=True).get(pk=getattr(fact, "pk", fact))


def withdraw(fact, *, reason, by):
    """Mark a locked fact as entered in error, with who, when and why. Raises ReasonMissing, AlreadyInError."""
    acts.current()
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(type(fact), error_reason=reason)
    if fact.error_at:
        raise AlreadyInError(at=fact.error_at)
    fact.error_at, fact.error_by, fact.error_reason = clock.now(), by, reason
    fact.save(update_fields=["error_at", "error_by", "error_reason"])
    return fact
