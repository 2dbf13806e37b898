"""Rows that tests stand on. Made through the ORM with sensible values; acts under test are called for real."""
import datetime as dt
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from emr import clock
from emr.models import (
    Bed,
    Department,
    Encounter,
    EncounterLocation,
    Institution,
    Patient,
    Room,
    Staff,
    StaffPin,
    StaffRole,
    User,
    Ward,
)

_numbers = count(1)


def number():
    return next(_numbers)


def make_institution(**values):
    from emr.queries import institution

    institution.forget()
    return Institution.objects.filter(is_ours=True).first() or Institution.objects.create(
        **{"name": "Test hospital", "short_name": "Test", "is_ours": True} | values)


def make_department(kind="inpatient", **values):
    n = number()
    return Department.objects.create(**{"institution": make_institution(), "code": f"d{n}", "name": f"Department {n}",
                                        "kind": kind} | values)


def make_bed(department=None, **values):
    n = number()
    ward = Ward.objects.create(department=department or make_department(), code=f"w{n}", name=f"Ward {n}")
    room = Room.objects.create(ward=ward, code=str(n))
    return Bed.objects.create(**{"room": room, "label": f"{n}-1"} | values)


def make_staff(*roles, department=None, login=None, **values):
    """A member of staff with these roles, held in the department (if any)."""
    n = number()
    user = User.objects.create(username=login) if login else None
    staff = Staff.objects.create(**{"family": f"Staff{n}", "given": "Test", "code": f"T{n}", "user": user} | values)
    for role in roles:
        StaffRole.objects.create(staff=staff, role=role, department=department, since=dt.date(2000, 1, 1))
    return staff


def make_system():
    return Staff.objects.filter(kind="system").first() or make_staff(kind="system", family="System")


def make_patient(**values):
    n = number()
    family = values.get("family", f"Patient{n}")
    return Patient.objects.create(**{
        "number": f"P{n:06d}", "family": family, "given": "Test", "sex": "female", "birth_date": dt.date(1970, 5, 17),
        "sort_key": family.upper(), "romanised": family.upper(), "search_text": family.upper()} | values)


def make_encounter(patient=None, *, kind="IMP", department=None, bed=None, hours_ago=24, **values):
    """An open encounter that began some hours ago, placed in the department (and bed, if given)."""
    system = make_system()
    department = department or (bed.room.ward.department if bed else make_department())
    started = values.pop("started_at", clock.now() - dt.timedelta(hours=hours_ago))
    encounter = Encounter.objects.create(**{
        "patient": patient or make_patient(), "number": f"T{number():06d}", "kind": kind, "department": department,
        "started_at": started, "recorded_by": system} | values)
    EncounterLocation.objects.create(encounter=encounter, department=department, bed=bed, ward=bed and bed.room.ward,
                                     during=DateTimeTZRange(started, encounter.finished_at), recorded_by=system)
    return encounter


PIN = "4826"


def give_pin(staff, pin=PIN):
    """The member of staff chose this PIN."""
    StaffPin.objects.update_or_create(staff=staff, defaults={"hash": make_password(pin), "set_at": clock.now(), "wrong": 0})
    return staff


def signed_by(staff, *, row=None):
    """What an act is told when this colleague stands beside and types the PIN. `row`: the id, as programs name people."""
    give_pin(staff)
    return {"witness": staff if row is None else row, "witness_pin": PIN}


def signed_by_doctor(staff):
    """The same for the second doctor of a hard stop."""
    give_pin(staff)
    return {"second_signature": staff, "second_password": PIN}
