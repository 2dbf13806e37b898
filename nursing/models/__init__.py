"""The rows of this app, one file per noun."""
from nursing.models.medication_administration import MedicationAdministration
from nursing.models.procedure import Procedure

__all__ = [
    "MedicationAdministration",
    "Procedure",
]
