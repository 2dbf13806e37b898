"""Medication orders: prescribing and all that happens to an order afterwards.

Locks: the stay, then the order (docs/locking.md). The text of an order is never edited; to change it is to stop it and to
prescribe its successor.
"""
from emr import clock
from emr.actions.encounter import lock_encounter_for_orders, refuse_strangers
from emr.acts import act
from emr.errors import AlreadyInError, ReasonMissing, TimeInFuture
from emr.journal import record
from orders.actions import infusion as infusions
from orders.actions import planned_dose, safety
from orders.errors import (
    AlreadyOnHold,
    DifferentChange,
    GivenSince,
    InfusionChangesByRate,
    NotBefore,
    NotOnHold,
    OrderIsCompleted,
    OrderIsError,
    OrderIsStopped,
    StartTooLongAgo,
    UnknownMedication,
)
from orders.models import Medication, MedicationHold, MedicationRequest
from orders.queries import auto_stop, given, order_policy
from orders.queries import infusion as bags
from orders.queries import planned_dose as doses_of
from orders.queries import safety as facts
from orders.rules import infusion as infusion_rules
from orders.rules import order_check, stages
from orders.rules import safety as checks
from orders.rules import timing as timing_rule

# What a successor takes over from the order it replaces, unless the change says otherwise.
KEPT = ["dose", "dose_unit", "dose_text", "route", "timing", "timing_text", "priority", "as_needed", "as_needed_for",
        "max_per_day", "min_interval_minutes", "indication", "instructions", "category", "ends_at", "stages", "scale"]


@act("orders.prescribe_medication", proofs=safety.SECOND)
def prescribe_medication(encounter, *, by, medication, override_reason="", override_reasons=None, second_signature=None,
                         prescriber=None, doses=None, instead_of=(), **order):
    """Prescribe a drug in an open stay or visit and plan its first doses (48 hours ahead) at the same moment.

    `medication` is a product of the formulary (row or id). `dose` is a number with `dose_unit` (UCUM or the words of the
    pack), else `dose_text`. `timing` is a rule of `orders.rules.timing`; with `as_needed` the limits as_needed_for,
    max_per_day, min_interval_minutes are needed in the ward. Also: timing_text, route, priority, indication, instructions,
    category (inpatient, discharge, community: only the first is planned), starts_at (default now), ends_at or days. `stages`
    ([{"dose", "days"}, …], orders.rules.stages) stand instead of dose and days. `starts_on` (an Event): the order waits, and its
    doses are planned by start_order_on_event. `scale` (orders.rules.scale): the dose follows from the last value by a table.
    `doses` are explicit times (a sender's own plan) instead of those of the rule. Moments are aware.
    `infusion` makes it an infusion (orders.rules.infusion.complete): bag_volume, diluent, rate, rate_unit, total_volume; the dose
    is what one bag holds. `instead_of`: running orders that do not go on beside it (a discharge list), so the checks leave them
    out.

    Raises EncounterIsFinished, UnknownMedication, DoseMissing, DoseNotPositive, DoseUnitMissing, TimingNotUnderstood,
    AsNeededWithoutLimits, EndBeforeStart, StartTooLongAgo; and what the checks find (orders.rules.safety): ChecksUnanswered
    until `override_reasons` ({rule: reason}) or one `override_reason` for all answer each warning, SecondSignatureMissing
    until another doctor (`second_signature`) signs a hard stop too. An infusion also BagVolumeMissing, RateNotPositive,
    RateUnitUnknown, RateUnlikeBag, WeightMissing, RateTooHigh.
    """
    encounter = lock_encounter_for_orders(encounter, by=by)
    row, about = write_order(encounter, medication=medication, by=by, prescriber=prescriber, doses=doses, order=order, answers={
        "override_reason": override_reason, "override_reasons": override_reasons, "second_signature": second_signature},
                             instead_of=instead_of)
    record(row, patient=row.patient_id, encounter=row.encounter_id, **about)
    return row


def write_order(encounter, *, medication, by, order, answers, prescriber=None, doses=None, replaces=None, instead_of=()):
    """Check and write an order with its doses inside an act; return it with what the journal tells of it.

    The stay is locked. `answers`: override_reason, override_reasons, second_signature of prescribe_medication. `instead_of`:
    running orders that do not go on beside it, so the checks leave them out.
    """
    now = clock.now()
    drug = active_medication(medication)
    plan, order = infusion_rules.split(order)
    order = order_check.complete(order, now=now, doses=doses)
    known = facts.gather(encounter.patient_id, drug, now, without=[*filter(None, [replaces]), *instead_of])
    if doses is None and by.kind != "system":
        order = order_check.ended_by(order, auto_stop.rule_for(known.drug.keys))
    found = checks.check(known, order)
    reasons, signer = safety.answer(found, by=by, **answers)
    # The server sets author and time; the sender names the prescriber only where he transmits for him.
    row = MedicationRequest(encounter=encounter, patient_id=encounter.patient_id, medication=drug, prescriber=prescriber or by,
                            recorded_by=by, authored_at=now, recorded_at=now, replaces=replaces,
                            **order_policy.verification_of(drug, encounter, order, by), **order)
    times = first_times(row, now, doses)
    row.save(force_insert=True)
    planned_dose.plan_times(row, times)
    if plan:
        infusions.begin(row, plan, by=by)
    if found:
        safety.keep(row, found, reasons, signer, by=by)
    about = {"medication": str(drug), "dose": row.dose_words, "how_often": row.timing_text, "doses": len(times)}
    if plan:
        about |= {"rate": f"{plan['rate']} {plan['unit']}"}
    if reasons:
        about |= {"overridden": [each.rule for each in reasons], "override_reason": "; ".join(dict.fromkeys(reasons.values()))}
    if signer:
        about["second_signature"] = str(signer.pk)
    return row, about


def active_medication(medication) -> Medication:
    """The active product. Raises UnknownMedication."""
    rows = Medication.objects.filter(pk=getattr(medication, "pk", medication), is_active=True)
    found = rows.first() if medication else None
    if found is None:
        raise UnknownMedication()
    return found


def first_times(row, now, doses=None):
    """When the first doses of a new order are due; sets how far it is planned. Discharge and waiting orders have none here."""
    if doses is not None:
        return doses
    if row.category != MedicationRequest.Category.INPATIENT or row.as_needed or row.is_waiting:
        return []
    if not timing_rule.is_rolling(row.timing):
        return timing_rule.dose_times(row.timing, starts_at=row.starts_at, until=None, zone=planned_dose.zone())
    if row.starts_at < now - order_check.LATE_ENTRY:
        raise StartTooLongAgo(days=order_check.LATE_ENTRY.days)
    row.planned_until = planned_dose.horizon(row, now)
    return timing_rule.dose_times(row.timing, starts_at=row.starts_at, until=row.planned_until, zone=planned_dose.zone())


def lock_request(request) -> MedicationRequest:
    """The order as it is now; others who stop, hold or give it wait."""
    return MedicationRequest.objects.select_for_update(no_key=True).get(pk=getattr(request, "pk", request))


def lock_standing(request, by) -> MedicationRequest:
    """Lock an order that is neither an error nor stopped. Raises ChartNotVisible for strangers."""
    row = lock_request(request)
    refuse_strangers(by, row.patient_id)
    if row.error_at:
        raise OrderIsError()
    if row.stopped_at:
        raise OrderIsStopped(at=row.stopped_at, reason=row.stop_reason)
    return row


def lock_running(request, by) -> MedicationRequest:
    """Lock an order that is neither an error, nor stopped, nor at its end. Raises ChartNotVisible for strangers."""
    row = lock_standing(request, by)
    if row.ends_at and row.ends_at <= clock.now():
        raise OrderIsCompleted(at=row.ends_at)
    return row


def _renewals(row) -> list[MedicationRequest]:
    """The renewals of an order that runs, locked in order: what happens to it happens to the whole line."""
    found = []
    while row := MedicationRequest.objects.live().select_for_update(no_key=True).filter(
            replaces=row, stopped_at__isnull=True).first():
        found.append(row)
    return found


def moment_of(at, not_before):
    """The moment of an act on an order: now by default, never in the future nor before the order was written."""
    now = clock.now()
    at = at or now
    if at > now:
        raise TimeInFuture()
    if at < not_before:
        raise NotBefore(before=not_before)
    return at


def _refuse_given_since(requests, moment):
    """What was given stays given: an order does not end, nor pause, before a dose that stands. Raises GivenSince."""
    if moment < clock.now() and (last := given.since(requests, moment)):
        raise GivenSince(at=last[0], by=last[1])


def said(reason):
    """The reason, without blanks around it. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing()
    return reason.strip()


@act("orders.stop_medication")
def stop_medication(request, *, by, reason, at=None):
    """Stop an order and its renewals: doses due from that moment on are no longer to be given.

    Raises OrderIsStopped, OrderIsCompleted, OrderIsError, ReasonMissing, TimeInFuture, NotBefore, GivenSince.
    """
    row = _stop(lock_running(request, by), at=at, reason=reason, by=by)
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.stop_reason, at=row.stopped_at.isoformat())
    return row


def _stop(row, *, at, reason, by):
    at, reason, rows = moment_of(at, row.authored_at), said(reason), [row, *_renewals(row)]
    _refuse_given_since([each.pk for each in rows], at)
    for each in rows:
        each.stopped_at, each.stopped_by, each.stop_reason = max(at, each.authored_at), by, reason
        each.save(update_fields=["stopped_at", "stopped_by", "stop_reason"])
    return row


def stop_all(encounter, *, at, reason, by, category="inpatient") -> list[MedicationRequest]:
    """Stop every order of a stay that still runs, inside another act (discharge, transfer, death).

    An order written after `at` is stopped at the moment it was written. Orders that ended by themselves are left alone.
    Raises GivenSince when a dose was given after `at`.
    """
    rows = list(MedicationRequest.objects.live().select_for_update(no_key=True).filter(
        encounter=encounter, category=category, stopped_at__isnull=True).order_by("pk"))
    _refuse_given_since(MedicationRequest.objects.filter(encounter=encounter, category=category).values("pk"), at)
    running = [row for row in rows if not row.ends_at or row.ends_at > at]
    for row in running:
        row.stopped_at, row.stopped_by, row.stop_reason = max(at, row.authored_at), by, reason
    MedicationRequest.objects.bulk_update(running, ["stopped_at", "stopped_by", "stop_reason"])
    return running


@act("orders.hold_medication")
def hold_medication(request, *, by, reason, since=None):
    """Pause an order from now, or from a later moment (before an operation), until it is resumed.

    Raises OrderIsStopped, OrderIsCompleted, AlreadyOnHold, ReasonMissing, NotBefore, GivenSince.
    """
    row, reason = lock_running(request, by), said(reason)
    since = since or clock.now()
    if since < row.authored_at:
        raise NotBefore(before=row.authored_at)
    _refuse_given_since([row.pk], since)
    if row.holds.live().filter(until__isnull=True).exists():
        raise AlreadyOnHold()
    hold = MedicationHold.objects.create(request=row, since=since, reason=reason, recorded_by=by)
    for each in _renewals(row):
        MedicationHold.objects.get_or_create(request=each, until=None, error_at=None, defaults={
            "since": since, "reason": reason, "recorded_by": by})
    record(row, patient=row.patient_id, encounter=row.encounter_id, hold=str(hold.pk), reason=reason, since=since.isoformat())
    return row


@act("orders.resume_medication")
def resume_medication(request, *, by, at=None):
    """End the pause of an order. A pause that had not begun yet is empty then.

    Raises NotOnHold, OrderIsStopped, OrderIsCompleted, TimeInFuture, NotBefore.
    """
    row = lock_running(request, by)
    hold = row.holds.live().filter(until__isnull=True).first()
    if hold is None:
        raise NotOnHold()
    hold.until = max(moment_of(at, min(hold.since, clock.now())), hold.since)
    hold.save(update_fields=["until"])
    MedicationHold.objects.live().filter(request__in=_renewals(row), until=None, since__lte=hold.until).update(until=hold.until)
    record(row, patient=row.patient_id, encounter=row.encounter_id, hold=str(hold.pk), at=hold.until.isoformat())
    return row


@act("orders.change_medication", proofs=safety.SECOND)
def change_medication(request, *, by, reason, from_next_dose=True, override_reason="", override_reasons=None,
                      second_signature=None, prescriber=None, medication=None, **order):
    """Change an order: stop it and prescribe its successor with the new fields, in one act. Returns the successor.

    The successor begins with the next planned dose, or at once when `from_next_dose` is false or none is planned.
    Raises what stopping and prescribing raise, DifferentChange when nothing would differ, InfusionChangesByRate for an infusion.
    """
    encounter = lock_encounter_for_orders(MedicationRequest.objects.values_list("encounter", flat=True).get(
        pk=getattr(request, "pk", request)), by=by)
    old = lock_running(request, by)
    if bags.bags_of([old]):
        raise InfusionChangesByRate()
    drug = medication or old.medication_id
    if not _differs(old, drug, order):
        raise DifferentChange()
    now = clock.now()
    upcoming = doses_of.next_of(old, now) if from_next_dose else None
    last = (_renewals(old) or [old])[-1]
    _stop(old, at=now, reason=reason, by=by)
    order = {name: value for name, value in kept(old, last).items() if not _superseded(name, order)} | order
    if order.get("stages"):
        order |= {"dose": None, "ends_at": None}
    if order.get("scale"):
        order |= {"dose": None}
    if "starts_on" not in order:
        order.setdefault("starts_at", upcoming.due_at if upcoming else max(now, old.starts_at))
    new, about = write_order(encounter, medication=drug, by=by, prescriber=prescriber, order=order, replaces=last, answers={
        "override_reason": override_reason, "override_reasons": override_reasons, "second_signature": second_signature})
    record(new, patient=new.patient_id, encounter=new.encounter_id, replaces=str(old.pk), reason=old.stop_reason, **about)
    return new


def kept(old, last=None) -> dict:
    """What a successor takes over: the fields of the order, its rhythm and its stages as they were counted, the end of its line.
    """
    order = {name: getattr(old, name) for name in KEPT} | {"ends_at": (last or old).ends_at}
    if old.is_waiting:
        order |= {"starts_on": old.starts_on, "days": None if old.stages else old.days_from_event}
    else:
        order |= {"timing": timing_rule.continued(old.timing, old.starts_at, planned_dose.zone()),
                  "stages": stages.going_on(old.stages, old.starts_at)}
    return order


def _differs(old, drug, order):
    return str(getattr(drug, "pk", drug)) != str(old.medication_id) or any(
        getattr(old, name, None) != value for name, value in order.items())


def _superseded(name, order):
    """Fields that make no sense any more beside a new one: a new rule has its own words, a new duration its own end."""
    return (name == "timing_text" and "timing" in order) or (
        name in ("ends_at", "days") and {"days", "ends_at", "stages"} & set(order)) or (
        name == "stages" and {"dose", "dose_text", "days", "ends_at", "scale"} & set(order)) or (
        name == "scale" and {"dose", "dose_text", "stages"} & set(order)) or (
        name in ("dose", "dose_unit") and "dose_text" in order and "dose" not in order)


@act("orders.mark_order_error")
def mark_order_error(request, *, by, reason):
    """Mark an order as entered in error: it stays readable, and none of its doses stands. Raises AlreadyInError."""
    row = lock_request(request)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    row.error_at, row.error_by, row.error_reason = clock.now(), by, said(reason)
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.error_reason)
    return row
