"""What billing does by itself."""
from billing.actions.charge_item import post_charges
from billing.queries import payer
from emr.jobs import scheduled
from emr.models import Staff

EVERY = 300  # seconds


@scheduled("billing.post_charges", every=EVERY)
def sweep():
    """Post what was done since the last time, as the system itself; nothing before a payer is set up."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first()
    if system and payer.default():
        post_charges(by=system)
