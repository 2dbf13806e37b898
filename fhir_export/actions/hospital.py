"""Make sure that there is a hospital to work in: institution, system actor, catalogues, formulary, tariffs."""
from django.conf import settings
from django.core.management import call_command

from billing.actions.tariff import load_demo_tariffs
from billing.models import Tariff
from emr.actions.place import set_up_institution
from emr.acts import act
from emr.journal import record
from emr.models import Code, Institution, Staff
from orders.actions.medication import load_demo_formulary
from orders.actions.safety import load_safety_rules
from orders.laboratory.actions.lab_test import load_catalogue
from orders.laboratory.models import LabTest
from orders.models import InteractionRule, Medication

SYSTEM = {"kind": Staff.Kind.SYSTEM, "family": "System", "code": "SYSTEM"}


@act("fhir_export.enrol_system")
def enrol_system(*, by):
    """Enrol the system itself: the one actor that enrols himself, because somebody must be the first."""
    by.save(force_insert=True)
    record(by, code=by.code)
    return by


def ensure_hospital(*, name="City clinical hospital (synthetic)", short_name="City hospital") -> Staff:
    """Set up what every replay and the demo stand on, once. Returns the system actor."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first() or enrol_system(by=Staff(**SYSTEM))
    if not Institution.objects.filter(is_ours=True).exists():
        set_up_institution(name=name, short_name=short_name, time_zone=settings.TIME_ZONE, by=system)
    if not Code.objects.exists():
        call_command("load_codes", "icd10cm", verbosity=0)
    for model, load in ((LabTest, load_catalogue), (Medication, load_demo_formulary), (InteractionRule, load_safety_rules),
                        (Tariff, load_demo_tariffs)):
        if not model.objects.exists():  # what the hospital has made of them since is not touched
            load(by=system)
    return system
