"""The hand-over that writes itself (D17): for each patient of a ward what changed since the shift began, and what comes next.

Facts are plain values: kind, time, words of the record, more words, source row. Their meaning in the reader's language is KINDS;
so a signed hand-over reads the same as the live one, and in each language. Nothing here is typed; a nurse adds remarks beside it.
"""
import hashlib
import json

from django.utils.translation import gettext_lazy as _

from emr import clock
from nursing.queries import care as care_queries
from nursing.queries import hand_over as queries
from nursing.queries import worklist
from nursing.rules import care, infusion_board, news2, ward_list
from nursing.rules.dose_status import AHEAD, MISSED_AFTER, grace
from nursing.rules.infusion_board import LOUD as LOUD_INFUSION
from nursing.rules.sheet import Lying, fill
from nursing.rules.vitals import SIGNS
from orders.queries import bedside
from orders.rules.timing import notation

# kind -> word, icon, tone; in the order in which it is told
KINDS = {
    "critical": (_("critical value"), "flask", "bad"), "score": (_("early warning score"), "heart-rate-monitor", "warn"),
    "sign": (_("out of range"), "activity", "warn"), "arrived": (_("came"), "door-enter", "info"),
    "moved": (_("moved here"), "transfer-in", "info"), "left": (_("left the ward"), "door-exit", "info"),
    "missed": (_("dose missed"), "circle-x", "bad"), "overdue": (_("dose late, still to be given"), "clock-exclamation", "bad"),
    "refused": (_("dose refused"), "hand-stop", "warn"), "withheld": (_("dose withheld"), "player-pause", "warn"),
    "as-needed": (_("given as needed"), "pill", "info"), "care-missed": (_("care missed"), "circle-x", "warn"),
    "care-not-done": (_("care not done"), "hand-stop", "warn"), "drug-new": (_("new drug"), "plus", "info"),
    "drug-changed": (_("drug changed"), "edit", "info"), "drug-stopped": (_("drug stopped"), "player-stop", "info"),
    "drug-held": (_("drug on hold"), "player-pause", "warn"), "drug-error": (_("order was an error"), "ban", "warn"),
    "request-new": (_("new order"), "clipboard-list", "info"), "request-cancelled": (_("order cancelled"), "circle-x", "quiet"),
    "care-new": (_("new care"), "nurse", "info"), "care-stopped": (_("care ended"), "player-stop", "quiet"),
    "todo-infusion": (_("infusion"), "droplet", "info"),
    "todo-late": (_("still to do"), "clock-exclamation", "bad"), "todo": (_("due within two hours"), "hourglass", "quiet"),
}
ORDER = list(KINDS)
PARAMETERS = {SIGNS[key].code: (key, "spo2_scale1" if key == "spo2" else key) for key in
              ("respiratory_rate", "spo2", "systolic", "heart_rate", "temperature")}
LOUD = 5  # NEWS2: from here on an urgent response is asked for


def _fact(kind, at, text, more="", source=None):
    return {"kind": kind, "at": at.isoformat() if at else None, "text": str(text), "more": str(more),
            "source": f"{source._meta.label}:{source.pk}" if source is not None else ""}


def written(department, *, since, now=None) -> dict:
    """The whole hand-over of a department as plain values: patients with their facts, who left, how many of what.

    Fifteen queries for any number of patients, three more where an infusion runs. `since` and `now` are aware.
    """
    now = now or clock.now()
    places = worklist.lying_in([department]).annotate(has_infusion=queries.infusion_runs())
    people = [Lying(place.encounter, place, worklist.allergies_at(place)) for place in places]
    left = list(queries.gone(department, since, now))
    everybody = {person.encounter.pk: [] for person in people} | {place.encounter_id: [] for place in left}
    fill(people, since=since - MISSED_AFTER, until=now + AHEAD, now=now)
    _doses(people, everybody, since, now)
    _moves(people, left, everybody, since)
    _orders(everybody, since)
    _measured(people, everybody, since)
    for row in bedside.critical(list(everybody), since):
        everybody[row["encounter"]].append({"kind": "critical", "at": row["at"].isoformat(), "text": row["text"],
                                            "more": row["flag"],
                                            "source": f"laboratory.LabResult:{row['id']}", "seen": row["seen"]})
    _care(people, everybody, since, now)
    _infusions([person for person in people if person.place.has_infusion], everybody, now)
    remarks = {}
    for row in queries.remarks(everybody, since):
        remarks.setdefault(row.encounter_id, []).append({"id": str(row.pk), "text": row.text, "by": row.recorded_by.short_name,
                                                         "by_id": str(row.recorded_by_id), "at": row.written_at.isoformat()})
    patients = [_patient(person.encounter, person.place, everybody, remarks, allergies=person.allergies,
                         given=_given(person, since))
                for person in people]
    departed = [_patient(place.encounter, place, everybody, remarks) for place in left]
    return {"patients": patients, "gone": departed, "counts": _counts(patients)}


def _patient(encounter, place, everybody, remarks, allergies=(), given=0):
    patient = encounter.patient
    facts = sorted(everybody[encounter.pk], key=lambda fact: (ORDER.index(fact["kind"]), fact["at"] or ""))
    return {"encounter": str(encounter.pk), "patient": str(patient.pk), "name": patient.full_name, "number": patient.number,
            "birth_date": patient.birth_date.isoformat() if patient.birth_date else None, "sex": patient.sex,
            "bed": str(place.bed or ""),
            "reason": encounter.reason, "allergies": [str(row) for row in allergies if row.kind != "none-known"],
            "asked": bool(allergies), "given": given, "facts": facts, "remarks": remarks.get(encounter.pk, [])}


def _given(person, since):
    return sum(1 for line in person.lines for cell in line.cells if cell.status == "given" and cell.fact.happened_at >= since)


def _doses(people, everybody, since, now):
    effects = queries.effects(everybody, since)
    for person in people:
        facts = everybody[person.encounter.pk]
        for line in person.lines:
            drug = f"{line.request.medication.name} {line.request.dose_words} {line.request.route}".strip()
            for cell in line.cells:
                if cell.status == "given" and line.request.as_needed and cell.fact.happened_at >= since:
                    told = effects.get(cell.fact.pk)
                    facts.append(_fact("as-needed", cell.fact.happened_at, drug, cell.fact.reason, cell.fact) | {
                        "effect": told.effect if told else ""})
                elif cell.status in ("refused", "withheld") and cell.fact.happened_at >= since:
                    facts.append(_fact(cell.status, cell.dose.due_at, drug, cell.fact.reason, cell.fact))
                elif (cell.status == "missed" and cell.dose.due_at >= since) or cell.status == "overdue":
                    facts.append(_fact(cell.status, cell.dose.due_at, drug, source=cell.dose))
                elif cell.status in ("due", "next"):
                    late = now > cell.dose.due_at + grace(line.request.medication.is_time_critical)
                    facts.append(_fact("todo-late" if late else "todo", cell.dose.due_at, drug, source=cell.dose))


def _moves(people, left, everybody, since):
    for person in people:
        came = person.place.during.lower
        if came >= since:
            first = person.encounter.started_at >= since
            everybody[person.encounter.pk].append(_fact("arrived" if first else "moved", came, person.place.bed or "",
                                                        source=person.place))
    for place in left:
        finished = place.encounter.finished_at
        where = place.went_to or ""
        everybody[place.encounter_id].append(_fact("left", finished or place.during.upper, where, source=place))


def _orders(everybody, since):
    for row in queries.changed_drugs(everybody, since):
        facts, when = everybody[row.encounter_id], row.timing_text or notation(row.timing)
        text = f"{row.medication.name} {row.dose_words} {row.route} {when}".strip()
        successor = getattr(row, "replaced_by", None)
        if row.error_at:
            facts.append(_fact("drug-error", row.error_at, text, row.error_reason, row))
        elif row.authored_at >= since:
            old = row.replaces
            before = old and f"{old.medication.name} {old.dose_words} {old.timing_text}".strip()
            facts.append(_fact("drug-changed" if before else "drug-new", row.authored_at, text, before or row.indication, row))
        if row.stopped_at and row.stopped_at >= since and not successor and not row.error_at:
            facts.append(_fact("drug-stopped", row.stopped_at, text, row.stop_reason, row))
        elif row.held_since and not row.stopped_at and not row.error_at:
            facts.append(_fact("drug-held", row.held_since, text, row.hold_reason, row))
    for row in queries.changed_requests(everybody, since):
        if row.cancelled_at:
            everybody[row.encounter_id].append(_fact("request-cancelled", row.cancelled_at, row.text, row.cancel_reason, row))
        else:
            everybody[row.encounter_id].append(_fact("request-new", row.authored_at, row.text, row.reason, row)
                                               | {"priority": row.priority})


def _measured(people, everybody, since):
    grown = {person.encounter.pk for person in people if (person.patient.age is None or person.patient.age >= news2.FROM_AGE)}
    scores, signs = {}, {}
    for row in queries.measured(grown, since, list(PARAMETERS)):
        (scores if row.code == "news2" else signs.setdefault(row.code, {})).setdefault(row.encounter_id, []).append(row)
    for encounter, rows in scores.items():
        during, before = [row for row in rows if row.effective_at >= since], [row for row in rows if row.effective_at < since]
        if not during:
            continue
        old, new = (before or during)[-1 if before else 0], during[-1]
        if old.value != new.value or new.value >= LOUD:
            everybody[encounter].append(_fact("score", new.effective_at, f"{int(old.value)} → {int(new.value)}", source=new) | {
                "loud": int(new.value) >= LOUD})
    for code, by_encounter in signs.items():
        key, parameter = PARAMETERS[code]
        for encounter, rows in by_encounter.items():
            worst = max(rows, key=lambda row: (news2.band(parameter, row.value), row.effective_at))
            if news2.band(parameter, worst.value):
                last = rows[-1]
                everybody[encounter].append(_fact("sign", worst.effective_at, f"{worst.value:f}", source=worst) | {
                    "sign": key, "unit": worst.unit, "last": f"{last.value:f}" if last.pk != worst.pk else ""})


def _care(people, everybody, since, now):
    plans = care_queries.running([person.encounter.pk for person in people], since=min(since, now - MISSED_AFTER))
    for plan in plans:
        facts = everybody[plan.encounter_id]
        if plan.starts_at >= since or plan.recorded_at >= since:
            facts.append(_fact("care-new", plan.recorded_at, plan.text, notation(plan.timing), plan) | {"care": plan.kind})
        if plan.stopped_at and plan.stopped_at >= since:
            facts.append(_fact("care-stopped", plan.stopped_at, plan.text, plan.stop_reason, plan) | {"care": plan.kind})
        facts.extend(_fact("care-not-done", fact["due_at"], plan.text, fact["reason"], plan) | {"care": plan.kind}
                     for fact in plan.facts
                     if fact["status"] == "not-done" and fact["happened_at"] >= since)
        if plan.kind != "vitals":
            facts.extend(_fact("care-missed", moment, plan.text, source=plan) | {"care": plan.kind}
                         for moment in care.missed(plan, since, now))
    for task, person in ward_list.tasks(people, now, plans):
        kind = "todo-late" if task.status == "overdue" else "todo"
        everybody[person.encounter.pk].append(
            _fact(kind, task.due_at, task.plan.text if task.plan else task.text if task.kind == "sample" else "",
                                                    source=task.plan) | {"care": task.plan.kind if task.plan else task.kind})


def _infusions(people, everybody, now):
    for pk, found in (infusion_board.by_stay(people, now) if people else {}).items():
        for each in found:
            state, ordered = each.state, each.ordered and each.ordered.ml_per_hour
            everybody[pk].append(_fact("todo-infusion", state.ends_at, each.request.medication.name, source=each.request) | {
                "loud": bool(LOUD_INFUSION & set(each.alerts)), "infusion": {
                    "rate": f"{state.rate:f}", "left": f"{state.left:f}", "paused": state.is_paused, "alerts": each.alerts,
                    "ordered": f"{ordered:f}" if ordered not in (None, state.rate) else ""}})


def _counts(patients):
    kinds = {}
    for person in patients:
        for fact in person["facts"]:
            kinds[fact["kind"]] = kinds.get(fact["kind"], 0) + 1
    return {"patients": len(patients), "given": sum(person["given"] for person in patients)} | kinds


def digest(content) -> str:
    """What a signature covers: the content as canonical JSON, SHA-256."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
