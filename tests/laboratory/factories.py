"""Rows the laboratory tests stand on."""
from orders.actions.service_request import request_service
from orders.laboratory.actions.lab_test import load_catalogue
from orders.laboratory.models import LabTest
from tests.factories import make_department, make_encounter, make_patient, make_staff, make_system


def make_catalogue():
    if not LabTest.objects.exists():
        load_catalogue(by=make_system())


def make_request(text="Creatinine", *, encounter=None, priority="routine", requester=None, code="", **patient):
    """A laboratory request of an open stay; the catalogue is loaded."""
    make_catalogue()
    encounter = encounter or make_encounter(make_patient(**patient))
    return request_service(encounter, by=requester or make_system(), category="laboratory", text=text, code=code,
                           system="http://loinc.org" if code else "", priority=priority)


def make_lab():
    return make_staff("lab")


def make_ward():
    """A department with a nurse and a doctor of it."""
    department = make_department()
    return department, make_staff("ward_nurse", department=department), make_staff("ward_doctor", department=department)
