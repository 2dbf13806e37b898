"""The rows of this app, one file per noun."""
from fhir_export.models.received_document import ReceivedDocument, ReceivedResource
from fhir_export.models.replay import Replay, ReplayedEvent, ReplayKey
from fhir_export.models.sent_document import SentDocument

__all__ = [
    "ReceivedDocument",
    "ReceivedResource",
    "Replay",
    "ReplayKey",
    "ReplayedEvent",
    "SentDocument",
]
