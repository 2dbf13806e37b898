"""The rows of this app, one file per noun."""
from nursing.models.bedside_setting import BedsideSetting
from nursing.models.dose_effect import DoseEffect
from nursing.models.dose_escalation import DoseEscalation
from nursing.models.dose_scan import DoseScan, PackCode
from nursing.models.medication_administration import MedicationAdministration
from nursing.models.procedure import Procedure

__all__ = [
    "BedsideSetting",
    "DoseEffect",
    "DoseEscalation",
    "DoseScan",
    "MedicationAdministration",
    "PackCode",
    "Procedure",
]
