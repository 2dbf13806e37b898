"""The rows of floor 1, one file per noun."""
from emr.models.access import AccessEntry, BreakGlass
from emr.models.allergy_intolerance import AllergyIntolerance
from emr.models.api_token import ApiToken
from emr.models.attachment_file import AttachmentFile
from emr.models.bed import Bed
from emr.models.co_signature import CoSignature
from emr.models.code import Code
from emr.models.condition import Condition
from emr.models.department import Department
from emr.models.document import Document, DocumentRendering
from emr.models.encounter import Encounter
from emr.models.encounter_location import EncounterLocation
from emr.models.encounter_participant import EncounterParticipant
from emr.models.fact import Fact, error_is_explained
from emr.models.institution import Institution
from emr.models.journal import JournalEntry
from emr.models.number_series import NumberSeries
from emr.models.observation import Observation
from emr.models.outbox import OutboxMessage, ScheduledJob
from emr.models.patient import Patient, PatientName
from emr.models.patient_contact import PatientAddress, PatientContact
from emr.models.patient_identifier import PatientIdentifier
from emr.models.patient_merge import PatientMerge
from emr.models.phrase import Phrase
from emr.models.room import Room
from emr.models.row_history import AuditSeal, RowHistory
from emr.models.shift import Shift
from emr.models.staff import Staff, StaffRole
from emr.models.staff_pin import StaffPin
from emr.models.user import User
from emr.models.ward import Ward

__all__ = [
    "AccessEntry",
    "AllergyIntolerance",
    "ApiToken",
    "AttachmentFile",
    "AuditSeal",
    "Bed",
    "BreakGlass",
    "CoSignature",
    "Code",
    "Condition",
    "Department",
    "Document",
    "DocumentRendering",
    "Encounter",
    "EncounterLocation",
    "EncounterParticipant",
    "Fact",
    "Institution",
    "JournalEntry",
    "NumberSeries",
    "Observation",
    "OutboxMessage",
    "Patient",
    "PatientAddress",
    "PatientContact",
    "PatientIdentifier",
    "PatientMerge",
    "PatientName",
    "Phrase",
    "Room",
    "RowHistory",
    "ScheduledJob",
    "Shift",
    "Staff",
    "StaffPin",
    "StaffRole",
    "User",
    "Ward",
    "error_is_explained",
]
