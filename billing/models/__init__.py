"""The rows of this app, one file per noun."""
from billing.models.account import Account
from billing.models.charge_item import ChargeItem
from billing.models.tariff import Payer, Tariff

__all__ = [
    "Account",
    "ChargeItem",
    "Payer",
    "Tariff",
]
