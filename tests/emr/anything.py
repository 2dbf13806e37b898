"""A row of any model that names a patient, made from the model itself: for tests that must reach every table there is."""
import datetime as dt
import uuid
from itertools import count

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from emr import clock
from emr.models import Department, Encounter, Institution, Patient, Staff
from tests.factories import make_department, make_encounter, make_institution, make_patient, make_system

_numbers = count(1)
# Values that the checks of a table ask for and its columns do not show.
SPECIAL = {
    "emr.BreakGlass": lambda: {"until": clock.now() + dt.timedelta(hours=4)},
    "emr.Observation": lambda: {"value_text": "seen", "effective_at": clock.now() - dt.timedelta(hours=1)},
    "emr.AllergyIntolerance": lambda: {"kind": "none-known", "substance": ""},
    "emr.Condition": lambda: {"text": "Something"},
    "emr.AccessEntry": lambda: {"by_patient": None, "by_staff": make_system()},
    "emr.JournalEntry": lambda: {"by_patient": None, "by_staff": make_system()},
    "orders.MedicationRequest": lambda: {"dose_text": "1 tablet"},
    "laboratory.LabResult": lambda: {"value_text": "seen"},
    "billing.ChargeItem": lambda: {"tariff": make(_model("billing.Tariff"))},
    "billing.Estimate": lambda: {"amount": 0},
    "booking.OnlinePause": lambda: {"until": clock.now() + dt.timedelta(days=30)},
    "booking.Booking": lambda: _of_coupon(make(_model("booking.Coupon"))),
    "booking.QueueEntry": lambda: {"kind": "asker"},
    # Somebody else's missed visit, so that it adds no booking to the chart under test.
    "booking.NoShowDecision": lambda: {"last_missed": make(_model("booking.Booking"), patient=make_patient(),
                                                           no_show_at=clock.now())},
    "nursing.CareTask": lambda: {"happened_at": clock.now() - dt.timedelta(hours=1)},
    "nursing.HandOverRemark": lambda: {"text": "Something"},
    "nursing.MedicationAdministration": lambda: {"happened_at": clock.now() - dt.timedelta(hours=1)},
}


def _model(label):
    from django.apps import apps

    return apps.get_model(label)


def _of_coupon(coupon):
    return {"coupon": coupon, "reception": coupon.reception, "day": coupon.reception.day}


def make(model, **values):
    """A saved row with every needed column filled; give foreign keys that matter, the rest is invented."""
    values = SPECIAL.get(model._meta.label, dict)() | values
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values:
            continue
        if field.null or field.has_default() or field.db_default is not models.NOT_PROVIDED or field.auto_created or (
                field.blank and field.empty_strings_allowed):
            continue
        values[field.name] = _value(field, values.get("patient"))
    return model._base_manager.create(**values)


def _value(field, patient):
    if field.remote_field:
        target = field.remote_field.model
        if target is Patient:
            return patient or make_patient()
        if target is Encounter:
            return make_encounter(patient, kind="EMER")
        made = {Staff: make_system, Department: make_department, Institution: make_institution}.get(target)
        if made:
            return made()
        names = {f.name for f in target._meta.concrete_fields}
        return make(target, **({"patient": patient} if "patient" in names else {}))
    if field.choices:
        return field.choices[0][0]
    n = next(_numbers)
    kinds = [(models.UUIDField, lambda: uuid.uuid4()), (models.DateTimeField, clock.now), (models.DateField, clock.today),
             (models.JSONField, dict), (models.BinaryField, lambda: b"x"), (models.BooleanField, lambda: False),
             (models.IntegerField, lambda: n), (models.DecimalField, lambda: 1), (models.TimeField, lambda: dt.time(8)),
             (models.CharField, lambda: f"x{n}"[: field.max_length]), (models.TextField, lambda: f"x{n}")]
    for kind, value in kinds:
        if isinstance(field, kind):
            return value()
    if "Range" in type(field).__name__:
        return DateRange(clock.today(), None) if "Date" in type(field).__name__ and "Time" not in type(field).__name__ else (
            DateTimeTZRange(clock.now(), None))
    return 1
