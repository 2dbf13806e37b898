"""A hospital in which things were done: a stay with doses, results and procedures, made by the acts of the lower floors."""
import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from billing.actions.tariff import load_demo_tariffs
from emr import clock
from emr.actions.encounter import finish
from nursing.actions.medication_administration import administer_dose
from nursing.actions.procedure import record_procedure
from orders.laboratory.actions.lab_result import record_result
from orders.models import Medication, MedicationRequest, PlannedDose, StockLot, StockMove
from tests.factories import make_department, make_encounter, make_staff, make_system, number
from tests.laboratory.factories import make_request


def make_medication(**values):
    n = number()
    return Medication.objects.create(**{"code": f"m{n}", "name": f"Drug {n}", "dose_per_unit": Decimal(500), "dose_unit": "mg",
                                        "stock_unit": "tablet"} | values)


def make_lot(medication, department, *, unit_cost="2.3450", quantity=100):
    lot = StockLot.objects.create(medication=medication, lot_number=f"L{number()}", unit_cost=Decimal(unit_cost),
                                  expires_on=clock.today() + dt.timedelta(days=100), received_at=clock.now())
    StockMove.objects.create(lot=lot, department=department, kind="receipt", quantity=Decimal(quantity),
                             happened_at=clock.now() - dt.timedelta(days=60), recorded_by=make_system())
    return lot


def give(encounter, *, medication=None, amount="1000", lot=None, minutes_ago=30, own_drug=False):
    """A dose ordered and given."""
    system, at = make_system(), clock.now() - dt.timedelta(minutes=minutes_ago)
    medication = medication or (lot.medication if lot else make_medication())
    request = MedicationRequest.objects.create(
        patient=encounter.patient, encounter=encounter, medication=medication, dose=Decimal(amount), dose_unit="mg", route="PO",
        timing={"every_hours": 12}, timing_text="every 12 h", prescriber=system, recorded_by=system, authored_at=at, starts_at=at)
    dose = PlannedDose.objects.create(request=request, patient=request.patient, encounter=encounter,
                                      amount=request.dose, unit="mg", due_at=at)
    return administer_dose(dose, by=system, given_at=at, lot=lot, own_drug=own_drug, performer=make_staff("ward_nurse"))


def discharge(encounter, at=None):
    """The stay ends."""
    encounter.refresh_from_db()
    return finish(encounter, at=at or clock.now(), disposition="home")


def make_accountant():
    return make_staff("accountant")


def make_case(days=2):
    """An open stay that began some days ago, with a lot, two doses, a result and a procedure; prices are loaded."""
    load_demo_tariffs(by=make_system())
    department = make_department()
    encounter = make_encounter(department=department, hours_ago=24 * days)
    lot = make_lot(make_medication(), department)
    doses = [give(encounter, lot=lot, minutes_ago=minutes) for minutes in (30, 60)]
    result = record_result(make_request("K", encounter=encounter), by=make_system(), value="4")
    procedure = record_procedure(encounter, by=make_system(), text="Catheter", started_at=clock.now() - dt.timedelta(hours=1))
    return SimpleNamespace(department=department, encounter=encounter, patient=encounter.patient, lot=lot, doses=doses,
                           result=result, procedure=procedure)
