"""The outpatient card: the patient is attached to our polyclinic."""
from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.journal import record
from emr.numbering import next_number
from outpatient.errors import CardIsClosed, CardJustOpened, PatientHasCard, PatientHasDied, PermissionInPast
from outpatient.models import Card, District

acts.LAST_LINE["one_open_card_per_patient"] = CardJustOpened


@act("outpatient.open_card")
def open_card(patient, *, by, district=None, valid_until=None):
    """Open the patient's outpatient card. `district`: row or id. `valid_until`: last day of a service by permission (R46).

    Raises PatientHasCard naming the open one, PatientHasDied, PatientIsMerged, PermissionInPast.
    """
    _refuse_past(valid_until)
    patient = lock_patient(patient)
    if patient.died_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    if there := Card.objects.filter(patient=patient, closed_at__isnull=True).first():
        raise PatientHasCard(number=there.number)
    if district is not None and not isinstance(district, District):
        district = District.objects.get(pk=district)
    card = Card.objects.create(patient=patient, district=district, opened_at=clock.now(), opened_by=by, valid_until=valid_until,
                               number=f"C{next_number('card'):06d}")
    record(card, patient=patient, number=card.number)
    return card


@act("outpatient.renew_permission")
def renew_permission(card, *, by, valid_until=None):
    """Say until which day a patient is served here by permission (R46); without a day he is attached for good.

    Raises CardIsClosed, PermissionInPast, NotFound.
    """
    _refuse_past(valid_until)
    found = Card.objects.get(pk=getattr(card, "pk", card))
    lock_patient(found.patient_id)
    card = Card.objects.select_for_update(no_key=True).get(pk=found.pk)
    if card.closed_at:
        raise CardIsClosed(number=card.number, at=card.closed_at)
    before, card.valid_until = card.valid_until, valid_until
    card.save(update_fields=["valid_until"])
    record(card, patient=card.patient_id, number=card.number, until=valid_until and valid_until.isoformat(),
           before=before and before.isoformat())
    return card


def _refuse_past(day):
    if day is not None and day < clock.today():
        raise PermissionInPast()
