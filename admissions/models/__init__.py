"""The rows of this app, one file per noun."""
from admissions.models.admission_request import AdmissionRequest
from admissions.models.announcement import Announcement
from admissions.models.bed_state import BedState, ExpectedDischarge, Isolation
from admissions.models.delay_reason import DelayReason
from admissions.models.departure import Departure, FollowUpCall
from admissions.models.deterioration_alert import DeteriorationAlert
from admissions.models.emergency_visit import EmergencyMoment, EmergencyVisit, Triage
from admissions.models.fluid_entry import FluidEntry
from admissions.models.transfer_receipt import TransferReceipt

__all__ = [
    "AdmissionRequest",
    "Announcement",
    "BedState",
    "DelayReason",
    "Departure",
    "DeteriorationAlert",
    "EmergencyMoment",
    "EmergencyVisit",
    "ExpectedDischarge",
    "FluidEntry",
    "FollowUpCall",
    "Isolation",
    "TransferReceipt",
    "Triage",
]
