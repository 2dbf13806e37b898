"""The rows of this app, one file per noun."""
from billing.models.account import Account
from billing.models.charge_item import ChargeItem, ChargeShare
from billing.models.period import Period
from billing.models.staff_grade import StaffGrade
from billing.models.tariff import Payer, Tariff

__all__ = [
    "Account",
    "ChargeItem",
    "ChargeShare",
    "Payer",
    "Period",
    "StaffGrade",
    "Tariff",
]
