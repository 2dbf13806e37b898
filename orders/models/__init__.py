"""The rows of this app, one file per noun."""
from orders.models.auto_stop_rule import AutoStopRule
from orders.models.class_membership import ClassMembership
from orders.models.dose_limit import DoseLimit
from orders.models.infusion import Infusion, InfusionRate
from orders.models.interaction_rule import InteractionRule
from orders.models.leave import Leave
from orders.models.medication import Ingredient, Medication, MedicationIngredient
from orders.models.medication_request import MedicationHold, MedicationRequest
from orders.models.medication_statement import MedicationStatement
from orders.models.order_policy import OrderPolicy, OrderSetting
from orders.models.order_set import OrderSet, OrderSetLine, OrderSetUse
from orders.models.order_verification import OrderVerification
from orders.models.planned_dose import PlannedDose
from orders.models.reconciliation import Reconciliation, ReconciliationLine
from orders.models.safety_finding import SafetyFinding, Tier
from orders.models.service_request import ServiceRequest
from orders.models.stock import StockLot, StockMove
from orders.models.stock_count import StockCount, StockCountLine
from orders.models.verbal_order import VerbalOrder

__all__ = [
    "AutoStopRule",
    "ClassMembership",
    "DoseLimit",
    "Infusion",
    "InfusionRate",
    "Ingredient",
    "InteractionRule",
    "Leave",
    "Medication",
    "MedicationHold",
    "MedicationIngredient",
    "MedicationRequest",
    "MedicationStatement",
    "OrderPolicy",
    "OrderSet",
    "OrderSetLine",
    "OrderSetUse",
    "OrderSetting",
    "OrderVerification",
    "PlannedDose",
    "Reconciliation",
    "ReconciliationLine",
    "SafetyFinding",
    "ServiceRequest",
    "StockCount",
    "StockCountLine",
    "StockLot",
    "StockMove",
    "Tier",
    "VerbalOrder",
]
