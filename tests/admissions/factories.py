"""People and places of a small hospital: an emergency room, a ward with beds, and who works there."""
from tests.factories import make_bed, make_department, make_staff


class House:
    """An emergency room and a therapy ward of two beds, with staff."""

    def __init__(self):
        self.emergency = make_department("emergency", name="Emergency room")
        self.therapy = make_department(name="Therapy")
        self.bed, self.other_bed = make_bed(self.therapy), make_bed(self.therapy)
        self.er_nurse = make_staff("er_nurse", department=self.emergency)
        self.er_doctor = make_staff("er_doctor", department=self.emergency)
        self.doctor = make_staff("ward_doctor", department=self.therapy)
        self.nurse = make_staff("ward_nurse", department=self.therapy)
