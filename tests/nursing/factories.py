"""Rows of nursing's tests: a ward with a nurse, a patient in it, an order with one dose due now."""
import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from emr import clock
from orders.models import Medication, MedicationRequest, PlannedDose, StockLot, StockMove
from tests.factories import make_department, make_encounter, make_staff, make_system, number


def make_medication(**values):
    n = number()
    return Medication.objects.create(
        **{"code": f"m{n}", "name": f"Ceftriaxone {n}", "strength": "1 g", "dose_per_unit": Decimal("1"),
                                        "dose_unit": "g", "stock_unit": "vial"} | values)


def make_order(encounter, *, hours_ago=2, medication=None, **values):
    """A running order of the encounter: 1 g every 12 hours, unless told otherwise."""
    at, doctor = clock.now() - dt.timedelta(hours=hours_ago), make_system()
    dose = {} if values.get("dose_text") else {"dose": Decimal("1"), "dose_unit": "g"}
    return MedicationRequest.objects.create(**{
        "patient": encounter.patient, "encounter": encounter, "medication": medication or make_medication(), "route": "IV",
        "timing": {"every_hours": 12}, "timing_text": "every 12 h", "prescriber": doctor, "recorded_by": doctor,
        "authored_at": at, "starts_at": at} | dose | values)


def make_dose(request, *, minutes=0, due_at=None, **values):
    """A planned dose due so many minutes from now (minus: ago)."""
    return PlannedDose.objects.create(**{
        "request": request, "patient": request.patient, "encounter": request.encounter, "amount": request.dose,
        "unit": request.dose_unit, "due_at": due_at or clock.now() + dt.timedelta(minutes=minutes)} | values)


def make_stock(medication, department, quantity, *, days=100, lot_number=None):
    """A lot of the drug lying in the department."""
    lot = StockLot.objects.create(medication=medication, lot_number=lot_number or f"L{number()}", unit_cost=Decimal("2.5"),
                                  expires_on=clock.today() + dt.timedelta(days=days), received_at=clock.now())
    StockMove.objects.create(lot=lot, department=department, kind="receipt", quantity=Decimal(quantity),
                             happened_at=clock.now() - dt.timedelta(days=1), recorded_by=make_system())
    return lot


def make_as_needed(encounter, **values):
    return make_order(encounter, **{"as_needed": True, "as_needed_for": "pain", "max_per_day": 3, "min_interval_minutes": 240,
                                    "timing": {}, "timing_text": ""} | values)


def make_ward(**order):
    """One department with nurse, colleague and head nurse, a patient, his order and a dose due ten minutes ago."""
    department = make_department()
    encounter = make_encounter(department=department)
    request = make_order(encounter, **order)
    return SimpleNamespace(
        department=department, encounter=encounter, patient=encounter.patient, request=request,
        dose=make_dose(request, minutes=-10),
        nurse=make_staff("ward_nurse", department=department, family="Ivanova", given="Anna"),
        colleague=make_staff("ward_nurse", department=department, family="Petrova", given="Olga"),
        head=make_staff("head_nurse", department=department), doctor=make_staff("ward_doctor", department=department),
        stranger=make_staff("ward_nurse", department=make_department()))
