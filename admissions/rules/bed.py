"""Who may lie where."""
from emr.models import Patient, Room

FITS = {Room.Sex.MALE: Patient.Sex.MALE, Room.Sex.FEMALE: Patient.Sex.FEMALE}


def sex_fits(room_sex: str, patient_sex: str) -> bool:
    """A room for men or women takes only them; a patient whose sex is not known is for people to decide."""
    wanted = FITS.get(room_sex)
    return wanted is None or patient_sex not in FITS.values() or patient_sex == wanted
