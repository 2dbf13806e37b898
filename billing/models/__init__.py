"""The rows of this app, one file per noun."""
from billing.models.account import Account
from billing.models.budget_norm import BudgetNorm
from billing.models.charge_item import ChargeItem, ChargeShare
from billing.models.estimate import Estimate, EstimateLine
from billing.models.export_batch import ExportBatch
from billing.models.grouper import BaseRate, CaseGroup, GroupAssignment, GrouperVersion, GroupRule
from billing.models.invoice import Invoice, InvoiceLine
from billing.models.overhead_run import OverheadRun
from billing.models.payment import Payment
from billing.models.period import Period
from billing.models.staff_grade import StaffGrade
from billing.models.tariff import Payer, Tariff
from billing.models.ven_class import VenClass

__all__ = [
    "Account",
    "BaseRate",
    "BudgetNorm",
    "CaseGroup",
    "ChargeItem",
    "ChargeShare",
    "Estimate",
    "EstimateLine",
    "ExportBatch",
    "GroupAssignment",
    "GroupRule",
    "GrouperVersion",
    "Invoice",
    "InvoiceLine",
    "OverheadRun",
    "Payer",
    "Payment",
    "Period",
    "StaffGrade",
    "Tariff",
    "VenClass",
]
