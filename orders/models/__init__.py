"""The rows of this app, one file per noun."""
from orders.models.medication import Ingredient, Medication, MedicationIngredient
from orders.models.medication_request import MedicationRequest, MedicationHold
from orders.models.medication_statement import MedicationStatement
from orders.models.planned_dose import PlannedDose
from orders.models.service_request import ServiceRequest
from orders.models.stock import StockLot, StockMove
from orders.models.stock_count import StockCount, StockCountLine

__all__ = [
    "Ingredient",
    "Medication",
    "MedicationHold",
    "MedicationIngredient",
    "MedicationRequest",
    "MedicationStatement",
    "PlannedDose",
    "ServiceRequest",
    "StockCount",
    "StockCountLine",
    "StockLot",
    "StockMove",
]
