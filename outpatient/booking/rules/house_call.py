"""When a doctor may be called home (R66, R67), and who would come. Read by the form and by the act."""
import datetime as dt

from django.utils.timezone import localtime

from outpatient.booking.queries import district as districts
from outpatient.booking.rules.district import address_of, district_of

CHILDREN, GROWN_UPS, GROWN_UP = "paediatrician", "therapist", 18  # codes of specialties


def is_open(row, now: dt.datetime) -> bool:
    """Are calls accepted at this moment? On the days and in the morning hours of the institution; the end itself is closed."""
    local = localtime(now)
    return local.isoweekday() in row.housecall_days and row.housecall_from <= local.time() < row.housecall_until


def place_of(patient):
    """(address, district id) to which a doctor would go; district None when no rule names the house. Two queries."""
    address = address_of(patient)
    return address, district_of(address)


def is_served(district) -> bool:
    """Lies the address in a district of ours? Where no districts are set up, the registry decides by hand. One query."""
    return district is not None or not districts.rules().exists()


def doctor_for(call):
    """The doctor of the call's district on that day: for a child the paediatrician, else the therapist; None when there is no
    one such doctor (the registry chooses). One query.
    """
    rows = [row for row in districts.doctors(call.day) if row.district_id == call.district_id]
    age = call.patient.age_on(call.day)
    mine = [row for row in rows if row.specialty.code == (CHILDREN if age is not None and age < GROWN_UP else GROWN_UPS)] or rows
    if len({row.specialty_id for row in mine}) != 1:
        return None
    return mine[0].doctor  # a deputy stands before the doctor whom he replaces
