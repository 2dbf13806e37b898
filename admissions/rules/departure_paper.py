"""The paper of each way to leave the emergency room: its name, what it needs, what it says (A9, A10)."""
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admissions.models import Departure
from admissions.rules import discharge_summary
from admissions.rules import triage as scales
from emr.models import Document, Encounter

Way = Encounter.Disposition
TITLES = {
    Way.HOME: gettext_lazy("Report of the emergency visit"), Way.TRANSFERRED: gettext_lazy("Transfer to another institution"),
    Way.REFUSED: gettext_lazy("Refusal of hospitalisation"), Way.LEFT_UNSEEN: gettext_lazy("Left without being seen"),
    Way.LEFT_DURING: gettext_lazy("Left during treatment"), Way.AGAINST_ADVICE: gettext_lazy("Left against medical advice"),
    Way.DIED: gettext_lazy("Report of a death in the emergency room"),
}
FIELDS = {"risks": gettext_lazy("risks told"), "signature": gettext_lazy("who signed"), "witness": gettext_lazy("a witness"),
          "destination": gettext_lazy("where to and with whom"), "note": gettext_lazy("what happened")}
NEEDED = {Way.REFUSED: ("risks", "signature"), Way.AGAINST_ADVICE: ("risks", "signature"),
          Way.TRANSFERRED: ("destination", "note"), Way.DIED: ("note",), Way.LEFT_DURING: ("note",)}
CALLED_NEXT_DAY = [Way.REFUSED, Way.LEFT_UNSEEN, Way.LEFT_DURING, Way.AGAINST_ADVICE]
TAKEN_OVER = ("diagnoses", "allergies", "medication_given", "laboratory", "vitals", "procedures", "discharge_medication")
HEADINGS = {Way.HOME: gettext_lazy("Recommendations"), Way.TRANSFERRED: gettext_lazy("Reason and condition"),
            Way.DIED: gettext_lazy("Course and circumstances")}


def kind(way):
    """The kind of document of this way to leave."""
    return Document.Kind.REFUSAL if way in (Way.REFUSED, Way.AGAINST_ADVICE) else Document.Kind.REPORT


def missing(way, told: dict) -> list[str]:
    """What the paper still needs, in words; a witness where the patient does not sign."""
    lacks = [key for key in NEEDED.get(way, ()) if not told.get(key)]
    if told.get("signature") in (Departure.Signature.REFUSED, Departure.Signature.UNABLE) and not told.get("witness"):
        lacks.append("witness")
    return [str(FIELDS[key]) for key in lacks]


def sections(departure, line, material) -> list[dict]:
    """The sections of the paper from the rows of the visit, in the present language."""
    taken = {part["key"]: part for part in discharge_summary.build(material)}
    parts = [_part("visit", _("Emergency visit"), _visit(line, departure))]
    if departure.risks:
        parts.append(_part("risks", _("Risks told"), [], departure.risks))
        parts.append(_part("signature", _("Signature"), _signed(departure)))
    if departure.destination:
        parts.append(_part("destination", _("Where to"), [], departure.destination))
    if departure.note:
        parts.append(_part("note", str(HEADINGS.get(departure.disposition, _("Remarks"))), [], departure.note))
    return parts + [taken[key] for key in TAKEN_OVER if taken[key]["rows"]]


def _part(key, title, rows, text=""):
    return {"key": key, "title": title, "text": text, "rows": rows}


def _moment(moment):
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _visit(line, departure):
    row = {"source": f"emr.Encounter:{line.encounter.pk}"}
    told = [row | {"text": _("Arrival {at}: {how}").format(at=_moment(line.encounter.started_at),
                                                           how=line.visit.get_arrival_mode_display())}]
    if line.visit.complaint:
        told.append(row | {"text": _("Complaint: {complaint}").format(complaint=line.visit.complaint)})
    if line.triage:
        name = scales.levels(line.triage.scale).get(line.triage.level, "")
        told.append({"text": _("Triage: {scale} {level}, {name}").format(scale=line.triage.scale,
                                                                         level=line.triage.level, name=name),
                     "source": f"admissions.Triage:{line.triage.pk}"})
    told.append(row | {"text": _("Left {at}: {how}").format(at=_moment(departure.happened_at),
                                                            how=departure.get_disposition_display())})
    return told


def _signed(departure):
    source = f"admissions.Departure:{departure.pk}"
    told = [_("The risks were told by {name}.").format(name=departure.told_by.full_name)] if departure.told_by else []
    told.append(_("I was told the risks and refuse. Patient: ______________________") if departure.signature
                == Departure.Signature.SIGNED
                else str(departure.get_signature_display()))
    if departure.witness:
        told.append(_("Witness: {name} ______________________").format(name=departure.witness))
    return [{"text": text, "source": source} for text in told]
