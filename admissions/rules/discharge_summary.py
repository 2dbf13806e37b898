"""The discharge summary, built from rows: every line names the row it comes from; what is judgement is left to the doctor.

Names, never raw codes. Times are those of the institution; numbers keep the digits they were recorded with.
"""
import re
from collections import defaultdict

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from emr import clock
from emr.models import AllergyIntolerance, Condition, Encounter
from nursing.models import MedicationAdministration
from nursing.rules.vitals import SIGNS, UNITS
from orders.rules import frequency, route

WRITTEN = ("condition_at_discharge", "recommendations")  # sections whose text is the doctor's own; kept on a refresh
STAGES = [Condition.Stage.FINAL, Condition.Stage.COMPLICATION, Condition.Stage.COMORBID, Condition.Stage.CLINICAL,
          Condition.Stage.ADMITTING, Condition.Stage.REFERRING]
SIGN_OF = {sign.code: sign for sign in SIGNS.values()}
Status = MedicationAdministration.Status
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def build(material) -> list[dict]:
    """The sections of the summary as `Document.sections`: key, title, text, rows of {text, source}."""
    parts = [("stay", _("Stay"), _stay), ("diagnoses", _("Diagnoses"), _diagnoses), ("allergies", _("Allergies"), _allergies),
             ("course", _("Course of the illness"), _course), ("medication_given", _("Drugs given in the hospital"), _drugs),
             ("laboratory", _("Laboratory"), _laboratory), ("vitals", _("Vital signs"), _vitals),
             ("procedures", _("Procedures"), _procedures),
             ("discharge_medication", _("Medication on discharge"), _discharge_medication),
             ("condition_at_discharge", _("Condition at discharge"), _condition_at_discharge),
             ("recommendations", _("Recommendations"), lambda _material: [])]
    if material.stay.disposition == Encounter.Disposition.DIED:
        parts[-1] = ("death", _("Cause and circumstances of death"), lambda _material: [])
    return [{"key": key, "title": title, "text": "", "rows": make(material)} for key, title, make in parts]


def title(stay):
    """What the paper is called: interim while the patient lies here, then by how he left."""
    if stay.finished_at is None:
        return _("Interim summary")
    return {Encounter.Disposition.DIED: _("Summary of a stay that ended in death"),
            Encounter.Disposition.TRANSFERRED: _("Transfer summary")}.get(stay.disposition, _("Discharge summary"))


def keep_texts(sections, earlier) -> list[dict]:
    """Fresh rows with the texts that the doctor had already written beside the old ones."""
    texts = {part["key"]: part["text"] for part in earlier}
    known = {part["key"] for part in sections}
    own = [part for part in earlier if part["key"] not in known]
    return [part | {"text": texts.get(part["key"], part["text"])} for part in sections] + own


def missing(stay, final_diagnoses, sections) -> list[str]:
    """What must be there before the summary is signed, in words: discharge, final diagnosis, and that diagnosis on paper."""
    on_paper = {row["source"] for part in sections for row in part["rows"]}
    found = []
    if stay.finished_at is None:
        found.append(_("the discharge itself"))
    if not final_diagnoses:
        found.append(_("a final diagnosis"))
    if stay.disposition == Encounter.Disposition.DIED and not any(part["key"] == "death" and part["text"].strip()
                                                                  for part in sections):
        found.append(_("cause and circumstances of death"))
    found += [_("the final diagnosis “{text}” in the draft (refresh it)").format(text=row.text) for row in final_diagnoses
              if f"{row._meta.label}:{row.pk}" not in on_paper]
    return found


def bed_days(started_at, finished_at) -> int:
    """Calendar days of the stay without the day of discharge, at least one; billing has its own named rule."""
    return max(1, (clock.day_of(finished_at or clock.now()) - clock.day_of(started_at)).days)


def in_ward_since(material):
    """When the bed-days begin: with the first place in a ward; a patient who boarded in the emergency room has none there."""
    wards = [place for place in material.places if place.department.kind != "emergency"]
    return wards[0].during.lower if wards else material.stay.started_at


def _line(text, row):
    return {"text": text, "source": f"{row._meta.label}:{row.pk}"}


def _day(moment):
    return formats.date_format(clock.day_of(moment), "SHORT_DATE_FORMAT")


def _moment(moment):
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _number(value):
    return format(value, "f").replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def _stay(material):
    stay = material.stay
    lines = [_line(_("Admitted {at}").format(at=_moment(stay.started_at)), stay)]
    if stay.finished_at:
        days = bed_days(in_ward_since(material), stay.finished_at)
        lines.append(_line(_("Discharged {at}").format(at=_moment(stay.finished_at)) + ", "
                           + ngettext("%(count)d bed-day", "%(count)d bed-days", days) % {"count": days}, stay))
    if stay.reason:
        lines.append(_line(_("Reason: {reason}").format(reason=stay.reason), stay))
    lines += [_line(_place(place), place) for place in material.places]
    if material.attending:
        lines.append(_line(_("Attending doctor: {name}").format(name=material.attending.full_name), material.attending))
    return lines


def _place(place):
    bed = _("bed {label}").format(label=place.bed.label) if place.bed else ""
    until = _moment(place.during.upper) if place.during.upper else "…"
    return f"{', '.join(filter(None, (place.department.name, bed)))}: {_moment(place.during.lower)} – {until}"


def _diagnoses(material):
    rank = {stage: place for place, stage in enumerate(STAGES)}
    rows = [row for row in material.conditions if row.stage in rank and row.verification != Condition.Verification.REFUTED]
    return [_line(f"{row.get_stage_display()}: {row.text}{f' ({row.code})' if row.code else ''}", row)
            for row in sorted(rows, key=lambda row: rank[row.stage])]


def _allergies(material):
    lines = []
    for row in material.allergies:
        if row.kind == AllergyIntolerance.Kind.NONE_KNOWN:
            lines.append(_line(_("No known allergy"), row))
        else:
            lines.append(_line(f"{row.substance}{f': {row.reaction}' if row.reaction else ''}", row))
    return lines


def _course(material):
    return [_line(f"{_day(note.happened_at)}, {note.signed_by.short_name}: {text}", note)
            for note in material.notes if (text := _text_of(note))]


def _text_of(note):
    """The doctor's own words of a note, in one paragraph."""
    return " ".join(" ".join(part["text"].split()) for part in note.sections if part["text"].strip())


def _drugs(material):
    """One line per order really carried out: drug, dose, how often given, refused, first and last time."""
    by_order = defaultdict(list)
    for fact in material.administrations:
        by_order[fact.request_id].append(fact)
    lines = []
    for facts in by_order.values():
        given = [fact for fact in facts if fact.status == Status.GIVEN]
        if given:
            lines.append(_line(_drug(facts, given), given[0]))
    return lines


def _drug(facts, given):
    order = given[0].request
    words = [f"{order.medication} {_dose(order)} {route.words(order.route)}".strip(),
             ngettext("given once", "given %(count)d times", len(given)) % {"count": len(given)}]
    for status, text in ((Status.REFUSED, _("refused {count}")), (Status.WITHHELD, _("withheld {count}"))):
        if count := sum(fact.status == status for fact in facts):
            words.append(text.format(count=count))
    first, last = _day(given[0].happened_at), _day(given[-1].happened_at)
    return ", ".join(words) + f", {first if first == last else f'{first} – {last}'}"


def _dose(order):
    if order.stages:
        return order.dose_words
    return f"{_number(order.dose)} {order.dose_unit}" if order.dose is not None else order.dose_text


def _laboratory(material):
    """One line per test: the last value with its flag; the first, lowest and highest where there were several."""
    by_test = defaultdict(list)
    for result in material.results:
        by_test[result.test_id].append(result)
    return [_line(_tests(results), results[-1]) for results in
            sorted(by_test.values(), key=lambda results: results[0].test.name)]


def _tests(results):
    last, numbers = results[-1], [row for row in results if row.value is not None]
    text = f"{test_name(last.test)}: {_result(last)} ({_day(last.found_at)})"
    if len(numbers) > 1 and len({row.unit for row in numbers}) == 1:
        low, high = min(numbers, key=lambda row: row.value), max(numbers, key=lambda row: row.value)
        text += "; " + _("first {first}, lowest {low}, highest {high} of {count}").format(
            first=_result(numbers[0]), low=_result(low), high=_result(high), count=len(numbers))
    return text


def test_name(test) -> str:
    """The test in the present language where the catalogue has that name."""
    return test.name_ru if test.name_ru and (get_language() or "").startswith(("ru", "be")) else test.name


def _result(row):
    if row.value is None:
        return row.value_text
    flag = f" {row.get_flag_display()}" if row.flag not in ("", "N") else ""
    return f"{row.comparator}{_number(row.value)} {_unit(row.unit)}".strip() + flag


def _unit(unit):
    """A UCUM unit as people write it: without braces and brackets, powers of ten raised."""
    found = re.sub(r"\{[^}]*\}", "", UNITS.get(unit, unit)).replace("mm[Hg]", "mm Hg").replace("[pH]", "").replace(
        "[IU]", "IU").replace("[iU]", "IU")
    found = re.sub(r"10[*^](\d+)", lambda power: "10" + power[1].translate(RAISED), found)
    return re.sub(r"(^|/)u(?=[Ll]|g|mol)", r"\1µ", found).strip()


def _vitals(material):
    """First and last value of each sign."""
    by_sign = defaultdict(list)
    for value in material.values:
        if value.value is not None:
            by_sign[(value.system, value.code or value.name)].append(value)
    lines = []
    for values in by_sign.values():
        text = f"{_sign(values[0])}: {_value(values[0])} ({_moment(values[0].effective_at)})"
        if len(values) > 1:
            text += f" → {_value(values[-1])} ({_moment(values[-1].effective_at)})"
        lines.append(_line(text, values[-1]))
    return lines


def _sign(value):
    sign = SIGN_OF.get(value.code)
    return sign.label if sign else value.name


def _value(value):
    unit = UNITS.get(value.unit, value.unit)
    return f"{_number(value.value)} {unit}".strip()


def _procedures(material):
    return [_line(f"{_moment(row.started_at)}: {row.text}"
                  f"{f' ({row.anaesthesia})' if row.anaesthesia not in ('', 'none') else ''}"
                  f"{f', {row.performer.short_name}' if row.performer else ''}", row) for row in material.procedures]


def _discharge_medication(material):
    return [_line(" ".join(filter(None, [str(row.medication), _dose(row), route.words(row.route),
                                              frequency.words(row.timing_text, row.timing), row.instructions])), row)
            for row in material.discharge_orders] + [_line(_("{drug} (as before)").format(drug=row.statement), row)
                                                     for row in material.kept_at_home]


def _condition_at_discharge(material):
    stay = material.stay
    if not stay.finished_at:
        return []
    return [_line(pgettext("discharge", "Left: {how}").format(how=stay.get_disposition_display()), stay)]
