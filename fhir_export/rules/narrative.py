"""What people read: each entry of a document in one line, and the XHTML around the lines. Everything is escaped."""
from html import escape

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from emr import clock
from emr.rules.vitals import named, written


def div(lines, before="") -> dict:
    """A generated Narrative: a paragraph and one list item per line."""
    texts = "".join(f"<p>{escape(part)}</p>" for part in before.split("\n") if part.strip())
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    inside = texts + (f"<ul>{items}</ul>" if items else "")
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}


def moment(at) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def day(at) -> str:
    return formats.date_format(clock.day_of(at), "SHORT_DATE_FORMAT")


def number(value) -> str:
    """The digits as they were recorded, with the reader's decimal sign."""
    return format(value, "f").replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def amount(row) -> str:
    """The value of an observation or a result, with its unit."""
    if row.value is None:
        return row.value_text or getattr(row, "value_code", "") or _("no value")
    return f"{row.comparator}{number(row.value)} {written(row.unit)}".strip()


def joined(*parts) -> str:
    return ", ".join(str(part) for part in parts if part)


def condition(row) -> str:
    code = f"({row.code})" if row.code else ""
    return joined(f"{row.text} {code}".strip(), row.get_stage_display(), row.get_clinical_status_display(),
                  "" if row.verification == "confirmed" else row.get_verification_display(), row.onset)


def allergy(row) -> str:
    if row.kind == row.Kind.NONE_KNOWN:
        return joined(_("No known allergy"), _("stated {day}").format(day=day(row.asserted_at)))
    return joined(row.substance, row.reaction, _("criticality: {level}").format(level=row.get_criticality_display()),
                  _("inactive") if row.ended_at else "")


def observation(row) -> str:
    return f"{named(row)}: {joined(amount(row), moment(row.effective_at))}"


def result(row) -> str:
    low, high = (number(limit) if limit is not None else "" for limit in (row.range_low, row.range_high))
    usual = _("usual {low} – {high}").format(low=low, high=high) if low or high else ""
    return f"{row.test.name}: {joined(amount(row), row.get_flag_display() if row.flag else '', usual, moment(row.found_at))}"


def request(row) -> str:
    until = row.stopped_at or row.ends_at
    period = f"{day(row.starts_at)} – {day(until) if until else ''}".strip()
    dose = f"{number(row.dose)} {row.dose_unit}" if row.dose is not None and not row.stages else row.dose_words
    return joined(str(row.medication), dose, row.route, row.timing_text, row.as_needed_for, row.instructions, period)


def statement(row) -> str:
    until = day(row.ended_at) if row.ended_at else ""
    return joined(row.text, row.dosage_text, STATUS.get(row.status, row.status),
                  f"{day(row.started_at or row.asserted_at)} – {until}".strip())


STATUS = {"active": pgettext_lazy("medication", "active"), "completed": pgettext_lazy("medication", "completed"),
          "stopped": pgettext_lazy("medication", "stopped"), "on-hold": pgettext_lazy("medication", "on hold"),
          "intended": pgettext_lazy("medication", "intended"), "not-taken": pgettext_lazy("medication", "not taken"),
          "unknown": pgettext_lazy("medication", "unknown")}


def administration(row) -> str:
    given = f"{number(row.amount)} {row.unit}".strip() if row.amount is not None else row.request.dose_words
    return joined(str(row.request.medication), given, row.route, row.get_status_display(), row.reason, moment(row.happened_at))


def procedure(row) -> str:
    return joined(row.text, moment(row.started_at), row.note)


def paper(row) -> str:
    return joined(row.title, row.number, day(row.signed_at))
