"""Why a received resource was not taken into the chart. Stored in English, shown in the reader's language."""
from django.utils.translation import gettext_noop as _

KEPT, REFUSED, MATCHED = "kept", "refused", "matched"


class Unfit(Exception):
    """The resource does not become a row: the outcome and why."""

    def __init__(self, outcome: str, reason: str):
        self.outcome, self.reason = outcome, reason
        super().__init__(reason)


SHOWN = _("shown as received; this kind has no table of its own here")
REFERENCE = _("kept for those that refer to it")
DOSES = _("doses given elsewhere are not doses of ours; shown as received")
NO_ENCOUNTER = _("a procedure needs its stay or visit, and it names none")
ENCOUNTER_UNKNOWN = _("the stay or visit it names was not received")
NO_VALUE = _("no value; its parts stand in the chart one by one")
RESULTS_STAND = _("its results stand in the chart one by one; there is no text")
NO_TEXT = _("it holds no text and no file")
NO_TIME = _("it says not when")
NOT_DONE = _("it was not done")
DRAFT = _("a draft or plan, not a fact")
CANCELLED = _("cancelled by the sender")
IN_ERROR = _("marked as an error by the sender")
KNOWN_PERSON = _("the person is registered here; our own data stay")
UNKNOWN_CLASS = _("an encounter of a class that is not kept here")
ALREADY_KNOWN = _("the chart says so already")
WITHDRAWN = _("the sender marked it as an error; so is our copy")

PATIENT_MISSING = _("it names no patient, or one that was not received")
TWO_PEOPLE = _("its numbers belong to two people registered here; a person must decide")
LIKELY_PERSON = _("a very similar person is registered here; add the sender's number to that record, or register a new one")
OTHER_PERSON = _("its number belongs here to somebody with another name and birth date; a person must decide")
OTHERS_ENCOUNTER = _("the stay or visit it names belongs to another patient")
ENDS_BEFORE = _("it ends before it begins")
STATUS_MISSING = _("status is missing, which FHIR R4 requires")
STATUS_UNKNOWN = _("status is none that FHIR R4 knows")
CODE_MISSING = _("it says not what: no code and no text")
BAD_FORM = _("it is not in the form that FHIR R4 asks")
BAD_MOMENT = _("a time is not written as FHIR asks")
SCRIPT = _("its text holds active content (script, frame, document type)")
UNREADABLE = _("the line could not be read as JSON")
NOT_STORED = _("the store did not take it")
ANOTHER_ALLERGY = _("the chart names an allergy, the sender none; a person must decide")
