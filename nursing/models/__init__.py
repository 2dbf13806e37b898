"""The rows of this app, one file per noun."""
from nursing.models.bedside_setting import BedsideSetting
from nursing.models.care_plan import CarePlan
from nursing.models.care_task import CareTask
from nursing.models.dose_effect import DoseEffect
from nursing.models.dose_escalation import DoseEscalation
from nursing.models.dose_scan import DoseScan, PackCode
from nursing.models.hand_over import HandOver, HandOverRemark
from nursing.models.infusion import InfusionEvent
from nursing.models.medication_administration import MedicationAdministration
from nursing.models.patch_removal import PatchRemoval
from nursing.models.procedure import Procedure

__all__ = [
    "BedsideSetting",
    "CarePlan",
    "CareTask",
    "DoseEffect",
    "DoseEscalation",
    "DoseScan",
    "HandOver",
    "HandOverRemark",
    "InfusionEvent",
    "MedicationAdministration",
    "PackCode",
    "PatchRemoval",
    "Procedure",
]
