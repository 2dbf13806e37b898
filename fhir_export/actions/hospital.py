"""Make sure that there is a hospital to work in: institution, system actor, catalogues, formulary, tariffs."""
from django.conf import settings
from django.core.management import call_command

from billing.actions.tariff import load_demo_tariffs
from emr.actions.place import set_up_institution
from emr.models import Code, Institution, Staff
from orders.actions.medication import load_demo_formulary
from orders.laboratory.actions.lab_test import load_catalogue

SYSTEM = {"kind": Staff.Kind.SYSTEM, "family": "System", "code": "SYSTEM"}


def ensure_hospital(*, name="City clinical hospital (synthetic)", short_name="City hospital") -> Staff:
    """Set up what every replay and the demo stand on, once. Returns the system actor.

    The system's own Staff row is the one row that no act can make, because each act needs an actor.
    """
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first() or Staff.objects.create(**SYSTEM)
    if not Institution.objects.filter(is_ours=True).exists():
        set_up_institution(name=name, short_name=short_name, time_zone=settings.TIME_ZONE, by=system)
    if not Code.objects.exists():
        call_command("load_codes", "icd10cm", verbosity=0)
    load_catalogue(by=system)
    load_demo_formulary(by=system)
    load_demo_tariffs(by=system)
    return system
