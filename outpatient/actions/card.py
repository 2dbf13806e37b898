"""The outpatient card: the patient is attached to our polyclinic."""
from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.journal import record
from emr.numbering import next_number
from outpatient.errors import CardJustOpened, PatientHasCard, PatientHasDied
from outpatient.models import Card, District

acts.LAST_LINE["one_open_card_per_patient"] = CardJustOpened


@act("outpatient.open_card")
def open_card(patient, *, by, district=None):
    """Open the patient's outpatient card. `district`: row or id.

    Raises PatientHasCard naming the open one, PatientHasDied, PatientIsMerged.
    """
    patient = lock_patient(patient)
    if patient.died_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    if there := Card.objects.filter(patient=patient, closed_at__isnull=True).first():
        raise PatientHasCard(number=there.number)
    if district is not None and not isinstance(district, District):
        district = District.objects.get(pk=district)
    card = Card.objects.create(patient=patient, district=district, opened_at=clock.now(), opened_by=by,
                               number=f"C{next_number('card'):06d}")
    record(card, patient=patient, number=card.number)
    return card
