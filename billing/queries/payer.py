"""Who pays."""
from billing.models import Payer

DEFAULT = "budget"  # demo hospitals and budget institutions; another can be given when an account is opened


def default() -> Payer | None:
    """The payer of accounts that nobody assigned: the one called "budget", else the first that was set up."""
    return Payer.objects.filter(code=DEFAULT).first() or Payer.objects.order_by("pk").first()


def listed(actor=None):
    """All payers by name."""
    return Payer.objects.order_by("name", "pk")
