"""The visit note as it opens: what the record already knows stands in it, so that nobody types a fact twice (F1)."""
from django.utils import formats
from django.utils.translation import gettext as _

from emr.rules.note import new_sections
from nursing.rules.vitals import SIGNS, UNITS

KIND = "visit-note"
SIGN_OF = {sign.code: sign for sign in SIGNS.values()}


def in_words(rows) -> list:
    """Vital signs with `label` and `shown_unit` in the reader's words; what has no word of ours keeps its own name."""
    rows = list(rows)
    for row in rows:
        row.label = SIGN_OF[row.code].label if row.code in SIGN_OF else row.name
        row.shown_unit = UNITS.get(row.unit, row.unit)
    return rows


def prefilled(visit, vitals) -> list[dict]:
    """The sections of a new visit note: the complaint as told at the door, the vital signs of the visit as linked rows."""
    sections = new_sections(KIND)
    for section in sections:
        if section["key"] == "subjective":
            section["text"] = visit.complaint
        if section["key"] == "objective":
            section["rows"] = [_line(row) for row in in_words(vitals)]
    return sections


def title(visit) -> str:
    """The title of the note: what it is and by whom."""
    return _("Visit to {doctor}").format(doctor=visit.doctor.short_name)


def texts_changed(sections, posted) -> bool:
    """Does the form (fields `text-0`, `text-1` …) say something else than the stored draft?"""
    return any(posted.get(f"text-{place}", section["text"]).replace("\r\n", "\n") != section["text"]
               for place, section in enumerate(sections))


def _line(row):
    value = format(row.value, "f").replace(
        ".", formats.get_format("DECIMAL_SEPARATOR")) if row.value is not None else row.value_text
    return {"text": f"{row.label} {row.comparator}{value} {row.shown_unit}".strip(), "source": f"{row._meta.label}:{row.pk}"}
