"""A hand-over as people read it: the plain values of `hand_over` with words, signs and times in the reader's language."""
import datetime as dt
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from emr import clock
from emr.models import Patient
from nursing.models import CarePlan, DoseEffect
from nursing.rules.hand_over import KINDS
from nursing.rules.infusion import ALERTS
from nursing.rules.reasons import said
from nursing.rules.vitals import SIGNS, UNITS

EFFECTS, CARE = dict(DoseEffect.Effect.choices), dict(CarePlan.Kind.choices)
# what the head counts
HEADLINES = ("critical", "missed", "overdue", "refused", "withheld", "todo-late", "arrived", "moved", "left")


def shown(content: dict) -> dict:
    """The hand-over for a page or paper: patients with facts to say, who left, and what the head counts."""
    counts = [(kind, *KINDS[kind], content["counts"][kind]) for kind in HEADLINES if content["counts"].get(kind)]
    return {"patients": [_person(row) for row in content["patients"]], "gone": [_person(row) for row in content["gone"]],
            "heads": counts, "total": content["counts"]["patients"], "given": content["counts"]["given"]}


def _person(row):
    born = dt.date.fromisoformat(row["birth_date"]) if row["birth_date"] else None
    facts = [_fact(fact) for fact in row["facts"]]
    return row | {"age": Patient(birth_date=born).age_on(clock.today()), "sex_word": dict(Patient.Sex.choices)
                  .get(row["sex"], ""), "facts": _grouped([fact for fact in facts if not fact["kind"].startswith("todo")]),
                  "todo": _grouped([fact for fact in facts if fact["kind"].startswith("todo")], by_time=True),
                  "remarks": [remark | {"at": _moment(remark["at"])} for remark in row["remarks"]]}


def _grouped(facts, by_time=False):
    """Facts of one kind in one line (of one time, for what comes); orders without their times, which nobody asks for."""
    groups = {}
    for fact in facts:
        key = (fact["kind"], fact["at"] if by_time else None)
        group = groups.setdefault(key, {name: fact[name] for name in ("kind", "word", "icon", "tone")} | {
            "at": fact["at"] if by_time else None, "items": []})
        timed = not by_time and not fact["kind"].endswith("-new")
        group["items"].append({"at": fact["at"] if timed else None, "text": fact["text"], "more": fact["more"] if timed else ""})
    return list(groups.values())


def _fact(fact):
    word, icon, tone = KINDS[fact["kind"]]
    return fact | {"word": word, "icon": icon, "tone": "bad" if fact.get("loud") else tone, "at": _moment(fact["at"]),
                   "text": _text(fact), "more": _more(fact)}


def _moment(text):
    return dt.datetime.fromisoformat(text) if text else None


def _text(fact):
    if sign := SIGNS.get(fact.get("sign")):
        return f"{sign.label} {fact['text']} {UNITS.get(sign.unit, sign.unit)}".strip()
    if kind := fact.get("care"):
        name = {"vitals": _("Observations"), "sample": _("Sample")}.get(kind) or CARE.get(kind, kind)
        return f"{name}: {fact['text']}" if fact["text"] else str(name)
    if flow := fact.get("infusion"):
        return f"{fact['text']}: {_flow(flow)}"
    return f"NEWS2 {fact['text']}" if fact["kind"] == "score" else fact["text"]


def _number(text):
    """A number in the reader's writing, without zeros that say nothing."""
    return formats.number_format(f"{Decimal(text).normalize():f}")


def _flow(flow):
    """How an infusion runs: 5 ml/h, ordered 6 ml/h, 23 ml left, another rate is ordered."""
    words = [_("paused")] if flow["paused"] else []
    words += [_("{rate} ml/h").format(rate=_number(flow["rate"]))]
    words += [_("ordered %(rate)s ml/h") % {"rate": _number(flow["ordered"])}] if flow["ordered"] else []
    words += [_("{volume} ml left").format(volume=_number(round(Decimal(flow["left"]), 1)))]
    return ", ".join([*words, *(str(ALERTS[name]) for name in flow["alerts"])])


def _more(fact):
    if fact["kind"] == "critical":
        return _("seen by a doctor") if fact["seen"] else _("not yet seen by a doctor")
    if fact["kind"] == "as-needed":
        told = EFFECTS.get(fact["effect"]) or _("effect not asked yet")
        return f"{said(fact['more'])} → {told}" if fact["more"] else str(told)
    if fact.get("last"):
        return _("last {value}").format(value=fact["last"])
    return str(said(fact["more"]))
