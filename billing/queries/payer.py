"""Who pays."""
from django.db.models import Case, When

from billing.models import Payer

DEFAULT = "budget"  # demo hospitals and budget institutions; another can be given when an account is opened


def default() -> Payer | None:
    """The payer of accounts that nobody assigned: the one called "budget", else the first that was set up."""
    return Payer.objects.filter(code=DEFAULT).first() or Payer.objects.order_by("pk").first()


def listed(actor=None):
    """All payers by name."""
    return Payer.objects.order_by("name", "pk")


def who_pays_himself_first():
    """All payers, the patient himself before the others: for what is paid at the desk."""
    return Payer.objects.annotate(other=Case(When(kind=Payer.Kind.PATIENT, then=0), default=1)).order_by("other", "name", "pk")
