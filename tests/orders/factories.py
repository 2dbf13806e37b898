"""Rows that tests of orders stand on."""
import datetime as dt
from decimal import Decimal

from django.conf import settings

from emr import clock
from emr.models import AllergyIntolerance
from orders.actions.medication_request import prescribe_medication
from orders.actions.stock import receive_stock
from orders.models import Ingredient, Medication, MedicationIngredient
from tests.factories import make_department, make_encounter, make_staff, make_system, number

HOUR = dt.timedelta(hours=1)


def make_medication(name=None, *, ingredients=(), **values):
    n = number()
    row = Medication.objects.create(**{"code": f"m{n}", "name": name or f"Drug{n}", "strength": "500 mg", "dose_unit": "mg",
                                       "dose_per_unit": Decimal(500), "stock_unit": "tablet"} | values)
    for each in ingredients or [row.name.lower()]:
        substance, _made = Ingredient.objects.get_or_create(name=each)
        MedicationIngredient.objects.create(medication=row, ingredient=substance)
    return row


def make_allergy(patient, substance, **values):
    return AllergyIntolerance.objects.create(**{"patient": patient, "substance": substance, "asserted_at": clock.now(),
                                                "recorded_by": make_system()} | values)


def make_ward():
    """A department with its doctor and a patient who lies there: (doctor, encounter)."""
    department = make_department()
    return make_staff("ward_doctor", department=department, login=f"doctor{number()}"), make_encounter(department=department)


def prescribe(encounter, doctor, **values):
    order = {"medication": values.pop("medication", None) or make_medication(), "dose": "500", "dose_unit": "mg", "route": "PO",
             "timing": {"every_hours": 6}} | values
    return prescribe_medication(encounter, by=doctor, **order)


def make_stock(medication=None, department=None, *, quantity=10, lot_number=None, expires_in=100, **values):
    """A lot with so many units in the department, received by the pharmacy."""
    move = receive_stock(medication or make_medication(), by=make_staff("pharmacist"), department=department or make_department(),
                         lot_number=lot_number or f"L{number()}", unit_cost="1.25", quantity=quantity,
                         expires_on=clock.today() + dt.timedelta(days=expires_in), **values)
    return move.lot


def sign_in(client, staff):
    client.force_login(staff.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client
