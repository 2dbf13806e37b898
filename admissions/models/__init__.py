"""The rows of this app, one file per noun."""
from admissions.models.admission_request import AdmissionRequest
from admissions.models.announcement import Announcement
from admissions.models.delay_reason import DelayReason
from admissions.models.emergency_visit import EmergencyMoment, EmergencyVisit, Triage

__all__ = [
    "AdmissionRequest",
    "Announcement",
    "DelayReason",
    "EmergencyMoment",
    "EmergencyVisit",
    "Triage",
]
