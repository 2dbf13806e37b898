"""Refusals of exchange: what a foreign log or bundle may do wrong."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class EventMalformed(Refusal):
    code, status = "fhir_export.event_malformed", 400
    message = _("The event lacks {what} or has it in a form nobody can read. Correct the line in the sending system.")


class UnknownEvent(Refusal):
    code, status = "fhir_export.unknown_event", 422
    message = _("Events of the kind “{kind}” are unknown here. Ask the sender what they mean.")


class TimeBackwards(Refusal):
    code, status = "fhir_export.time_backwards", 422
    message = _("The event is earlier than the line before it. A log must run forward in time.")


class LineUnreadable(Refusal):
    code, status = "fhir_export.line_unreadable", 400
    message = _("The line is cut off or is no JSON object. Fetch the log again.")


class LineNotUtf8(Refusal):
    code, status = "fhir_export.line_not_utf8", 400
    message = _("The line is not UTF-8 text. Convert the log to UTF-8.")


class LogTruncated(Refusal):
    code, status = "fhir_export.log_truncated", 400
    message = _("The file ends in the middle. What came before the cut was read; fetch the log again.")


class EncounterUnknown(Refusal):
    code, status = "fhir_export.encounter_unknown", 422
    message = _("No arrival, admission or visit {name} stands in the log before this event.")


class OrderUnknown(Refusal):
    code, status = "fhir_export.order_unknown", 422
    message = _("No accepted order {name} stands in the log for this event.")


class OrderOfAnotherPatient(Refusal):
    code, status = "fhir_export.order_of_another_patient", 422
    message = _("The order {name} belongs to another patient. Nothing was recorded; check the wristband.")


class NameUsedTwice(Refusal):
    code = "fhir_export.name_used_twice"
    message = _("The name {name} already stands for another row of this log.")


class NotALog(Refusal):
    code, status = "fhir_export.not_a_log", 400
    message = _("{name} holds no readable event. Give an event log: one JSON object a line, plain or gzipped.")


class NotFhir(Refusal):
    code, status = "fhir_export.not_fhir", 400
    message = _("The document could not be read as FHIR JSON: {problem}. Ask the sender for it again.")


class DocumentTooLarge(Refusal):
    code, status = "fhir_export.document_too_large", 413
    message = _("The document is too large: at most {limit} bytes are read. Ask the sender to split it.")


class ScriptInNarrative(Refusal):
    code, status = "fhir_export.script_in_narrative", 422
    message = _("The text of {resource} holds active content (script, frame, document type). Nothing was taken over; "
                "tell the sender.")


class AnotherPatient(Refusal):
    code, status = "fhir_export.another_patient", 422
    message = _("{resource} speaks of another patient than the document. Nothing was taken over; tell the sender.")


class DoubledFullUrl(Refusal):
    code, status = "fhir_export.doubled_full_url", 422
    message = _("Two entries of the bundle bear one fullUrl ({url}). Nothing was taken over; tell the sender.")


class NothingReceived(Refusal):
    code, status = "fhir_export.nothing_received", 422
    message = _("The document holds no resource. Ask the sender for it again.")


class NothingRefused(Refusal):
    code = "fhir_export.nothing_refused"
    message = _("Nothing of this document is refused any more. Open it again.")


class ReceivedMeanwhile(Refusal):
    code = "fhir_export.received_meanwhile"
    message = _("The same document is being taken in at this moment. Look at the received documents.")
