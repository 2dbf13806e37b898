"""Phrases with live fields: `.bp` in a note becomes the phrase's text, {fields} filled from the record (B5, I2).

Each app declares what its rows can say: `@live_field("age", _("Age"), "demographics")` on a function(about) that answers
the same lines as a note that fills itself: [{"text", "source"}]. What it says
is cited in the note with the row it comes from; nobody types it twice.
"""
import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.models import AllergyIntolerance, Encounter, Patient
from emr.queries import chart as charts
from emr.rules.document import MOST_TEXT
from emr.templatetags._numbers import age

FIELDS = {}  # name -> LiveField
CODE = re.compile(r"[^\W\d_][\w-]{0,19}")
TYPED = re.compile(r"(?<![\w.])\.([^\W\d_][\w-]{0,19})(?![\w-])")
FIELD = re.compile(r"\{([^{}\s]{1,40})\}")


@dataclass(frozen=True)
class About:
    """Whose record fills the fields, at which moment; `shows` answers whether the writer reads a part of the chart."""

    patient: Patient
    encounter: Encounter | None
    now: dt.datetime
    shows: object


@dataclass(frozen=True)
class LiveField:
    """One live field: its name between braces, the word for people, the part of the chart it is read from."""

    name: str
    label: object
    section: str
    read: object


def live_field(name, label, section):
    """Declare a live field: a function(about) -> lines, as `line` makes them; none when the record knows nothing."""

    def declare(function):
        FIELDS[name] = LiveField(name, label, section, function)
        return function

    return declare


def line(text, row) -> dict:
    """Words with the row they come from."""
    return {"text": text, "source": f"{row._meta.label}:{row.pk}"}


def unknown_fields(text: str) -> list[str]:
    """Names between braces that no app can fill."""
    return [name for name in FIELD.findall(text) if name not in FIELDS]


def fill(text: str, about: About) -> tuple[str, list[dict]]:
    """The text with its live fields filled, and what was filled as {text, source}: source is "emr.Observation:<id>"."""
    cites = []

    def said(match):
        field = FIELDS.get(match[1])
        if field is None or not about.shows(field.section):
            return "—"
        found = field.read(about)
        cites.extend(found)
        return "; ".join(said["text"] for said in found) or gettext("not recorded")

    return FIELD.sub(said, text), cites


def expand(section: dict, phrases: dict, about: About) -> tuple[dict, list[str]]:
    """A section of a note with every typed `.code` of a known phrase replaced by its filled text; the codes that were."""
    used, cites = [], list(section.get("cites", ()))

    def phrase(match):
        found = phrases.get(match[1].lower())
        if found is None:
            return match[0]
        used.append(found.code)
        words, said = fill(found.text, about)
        cites.extend(said)
        return words

    text = TYPED.sub(phrase, section["text"][:MOST_TEXT])
    return (section | {"text": text, "cites": cites}, used) if used else (section, [])


@live_field("age", _("Age"), "demographics")
def _age(about):
    return [line(age(about.patient.birth_date), about.patient)] if about.patient.birth_date else []


@live_field("allergies", _("Allergies"), "allergies")
def _allergies(about):
    return [line(gettext("no known allergy") if row.kind == AllergyIntolerance.Kind.NONE_KNOWN
                 else f"{row.substance} ({row.reaction})" if row.reaction else row.substance, row)
            for row in charts.allergies(about.patient)]


@live_field("diagnoses", _("Diagnoses"), "diagnoses")
def _diagnoses(about):
    return [line(row.text, row) for row in charts.standing_conditions(about.patient)]


@live_field("day", _("Day of the stay"), "stay")
def _day(about):
    if about.encounter is None:
        return []
    return [line(str((clock.day_of(about.now) - clock.day_of(about.encounter.started_at)).days + 1), about.encounter)]
