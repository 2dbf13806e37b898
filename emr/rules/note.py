"""What a new note of each kind consists of; the words a doctor then fills."""
from django.utils.translation import gettext_lazy as _

SOAP = [("subjective", _("Complaints")), ("objective", _("Findings")), ("assessment", _("Assessment")), ("plan", _("Plan"))]
SHAPES = {
    "progress-note": SOAP,
    "nursing-note": [("observation", _("Observation")), ("care", _("Care given"))],
    "admission-note": [("complaints", _("Complaints")), ("history", _("History of the illness")), ("life", _("Life history")),
                       ("objective", _("Findings")), ("assessment", _("Assessment")), ("plan", _("Plan"))],
    "consult-note": [("question", _("Question")), ("objective", _("Findings")), ("assessment", _("Assessment")),
                     ("advice", _("Advice"))],
    "visit-note": SOAP,
    "procedure-note": [("procedure", _("Procedure")), ("course", _("Course")), ("result", _("Result"))],
    "refusal": [("risks", _("Risks explained")), ("refusal", _("What is refused"))],
    "report": [("text", _("Text"))],
}


def new_sections(kind: str) -> list[dict]:
    """The empty sections of a new paper, with their titles in the present language."""
    return [{"key": key, "title": str(title), "text": "", "rows": []} for key, title in SHAPES.get(kind, SHAPES["report"])]


def form_sections(sections: list[dict], posted) -> list[dict]:
    """The sections with the texts of a form (fields `text-0`, `text-1` …); rows built from the record stay as they are."""
    return [{**section, "text": posted.get(f"text-{place}", section["text"])} for place, section in enumerate(sections)]
