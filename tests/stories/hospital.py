"""A small hospital with everybody in it: one demo login for each role, places, prices, a laboratory and one drug in stock."""
import datetime as dt

from billing.actions.tariff import load_demo_tariffs
from emr import clock
from emr.models import Code, User
from emr.rules.codes import ICD10CM, search_text
from emr.web.login import DEMO_LOGINS
from orders.actions.medication import add_medication
from orders.actions.stock import receive_stock
from orders.laboratory.actions.lab_test import load_catalogue
from tests.factories import make_bed, make_department, make_patient, make_staff, make_system

NAMES = {"er_nurse": "Zhuk", "er_doctor": "Kovalenko", "ward_doctor": "Romanov", "ward_nurse": "Melnik", "head_nurse": "Savich",
         "student_nurse": "Belaya", "intern": "Young",
         "lab": "Gromov", "pharmacist": "Lis", "registrar": "Bondar", "call_operator": "Tkach", "accountant": "Novik",
         "cashier": "Kasper", "manager": "Orlov", "admin": "Petrenko", "integration": "Neighbour system"}


class Hospital:
    """An emergency room, a therapy ward of two beds, and who works there; `patient` is the one with a login."""

    def __init__(self):
        self.system = make_system()
        self.emergency = make_department("emergency", name="Emergency room", code="ER")
        self.therapy = make_department(name="Therapy", code="TH")
        self.bed, self.other_bed = make_bed(self.therapy, label="301-1"), make_bed(self.therapy, label="301-2")
        places = {"er_nurse": self.emergency, "er_doctor": self.emergency, "ward_doctor": self.therapy,
                  "ward_nurse": self.therapy, "head_nurse": self.therapy, "student_nurse": self.therapy, "intern": self.therapy}
        self.staff = {role: make_staff(role, department=places.get(role), family=NAMES[role], given="Test",
                                       user=self.login(role), kind="integration" if role == "integration" else "person")
                      for role in DEMO_LOGINS if role not in ("patient", "kiosk")}
        self.patient = make_patient(family="Own", user=self.login("patient"))
        load_catalogue(by=self.system)
        load_demo_tariffs(by=self.system)
        self.drug = add_medication(by=self.staff["pharmacist"], code="par500", name="Paracetamol", name_ru="Парацетамол",
                                   strength="500 mg", form="tablet", dose_per_unit=500, dose_unit="mg", stock_unit="tablet")
        receive_stock(self.drug, by=self.staff["pharmacist"], department=self.therapy, lot_number="A17", unit_cost="1.25",
                      quantity=20, expires_on=clock.today() + dt.timedelta(days=200))
        titles = ("Pneumonia, unspecified organism", "Пневмония неуточнённая")
        Code.objects.create(system=ICD10CM, code="J18.9", title_en=titles[0], title_ru=titles[1],
                            search_text=search_text("J18.9", *titles))

    @staticmethod
    def login(role):
        user = User(username=role, is_demo=True)
        user.set_password("demo")
        user.save()
        return user
