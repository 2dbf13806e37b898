"""A full ward, an order of two hundred days and a stay of four hundred orders, for the benchmark: written straight and taken
back.
"""
import datetime as dt
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from emr import clock
from emr.models import Encounter, EncounterLocation, Patient
from emr.numbering import luhn
from nursing.models import MedicationAdministration
from orders.models import Medication, MedicationRequest, PlannedDose

BEDS, ORDERS_A_BED, LONG_DAYS, MANY_ORDERS = 40, 6, 200, 400
HOURS = (2, 8, 14, 20)  # four doses a day


def full_ward(department, *, by) -> int:
    """Fill the department up to forty patients with six drugs four times a day each; returns how many doses that made.

    For `./run benchmark` only, inside a transaction that is taken back.
    """
    now, drugs = clock.now(), _drugs(ORDERS_A_BED)
    midnight = clock.start_of(clock.day_of(now))
    lying = EncounterLocation.objects.live().filter(department=department, during__upper_inf=True,
                                                    encounter__finished_at=None).count()
    people = [Patient(number=f"W{n:06d}", family=f"Ward {n:02d}", given="Test", sex="female", birth_date=dt.date(1950, 1, 1),
                      sort_key=f"WARD {n:02d}", romanised=f"WARD {n:02d}", search_text=f"WARD {n:02d}")
              for n in range(max(BEDS - lying, 0))]
    Patient.objects.bulk_create(people)
    stays = [Encounter(patient=patient, number=f"W{n:06d}{luhn(str(n))}", kind="IMP", department=department, recorded_by=by,
                       started_at=midnight - dt.timedelta(days=2)) for n, patient in enumerate(people)]
    Encounter.objects.bulk_create(stays)
    EncounterLocation.objects.bulk_create([EncounterLocation(
        encounter=stay, department=department, during=DateTimeTZRange(stay.started_at, None), recorded_by=by) for stay in stays])
    orders = [_order(stay, drug, stay.started_at, by) for stay in stays for drug in drugs]
    return _give(orders, [midnight + dt.timedelta(hours=hour) for hour in HOURS], by)


def long_order(stay, *, by) -> int:
    """Give the patient a drug four times a day for two hundred days, given all the time; returns how many doses that made."""
    now = clock.now()
    since = clock.start_of(clock.day_of(now) - dt.timedelta(days=LONG_DAYS))
    order = _order(stay, _drugs(1)[0], since, by)
    return _give([order], [since + dt.timedelta(days=day, hours=hour) for day in range(LONG_DAYS + 2) for hour in HOURS], by)


def many_orders(stay, *, by) -> int:
    """Give the stay four hundred orders, three doses each, all but twenty stopped; returns how many doses that made."""
    now, drugs, made = clock.now(), _drugs(20), 0
    for number in range(MANY_ORDERS):
        since = now - dt.timedelta(hours=12 * (number // 20 + 1))
        order = _order(stay, drugs[number % len(drugs)], since, by)
        if number >= len(drugs):
            order.stopped_at, order.stopped_by, order.stop_reason = since + dt.timedelta(hours=12), by, "done"
        made += _give([order], [since + dt.timedelta(hours=4 * part) for part in range(3)], by)
    return made


def _drugs(number):
    return list(Medication.objects.filter(is_active=True, is_high_risk=False).order_by("code")[:number])


def _order(stay, drug, since, by):
    return MedicationRequest(patient_id=stay.patient_id, encounter=stay, medication=drug, dose=Decimal(1),
                             dose_unit="g", route="IV",
                             timing={"every_hours": 6}, timing_text="every 6 h", prescriber=by, recorded_by=by, authored_at=since,
                             recorded_at=since, starts_at=since)


def _give(orders, times, by) -> int:
    """Write the orders, their doses, and a fact for each dose that is past."""
    now = clock.now()
    MedicationRequest.objects.bulk_create(orders)
    doses = [PlannedDose(request=order, patient_id=order.patient_id, encounter_id=order.encounter_id, due_at=due,
                         amount=order.dose, unit=order.dose_unit) for order in orders for due in times]
    PlannedDose.objects.bulk_create(doses, batch_size=2000)
    facts = [MedicationAdministration(
        dose=dose, request=dose.request, patient_id=dose.patient_id, encounter_id=dose.encounter_id,
        department_id=dose.request.encounter.department_id,
        status="given", happened_at=dose.due_at, performer=by, recorded_by=by, recorded_at=now, amount=dose.amount,
        unit=dose.unit)
        for dose in doses if dose.due_at < now - dt.timedelta(hours=1)]
    MedicationAdministration.objects.bulk_create(facts, batch_size=2000)
    return len(doses)
