"""The checks of orders: loading their rules, answering what they find, keeping what they said."""

from uuid import UUID, uuid4

from emr import clock
from emr.acts import act, current
from emr.errors import NotFound, ReasonMissing
from emr.journal import record
from emr.models import Staff
from orders.errors import (
    ChecksUnanswered,
    SafetyFileUnreadable,
    SecondSignatureIsYours,
    SecondSignatureMissing,
    SecondSignerMayNot,
    UnknownTier,
)
from orders.models import ClassMembership, DoseLimit, InteractionRule, SafetyFinding, Tier
from orders.rules import safety_file

# The second doctor of a hard stop types his own PIN or password (emr.acts).
SECOND = {"second_signature": "second_password"}
RULE_FIELDS = ["kind", "left", "right", "severity", "sentence", "told_by"]
LIMIT_FIELDS = [
    "target",
    "route",
    "per_dose",
    "per_day",
    "unit",
    "per_kilogram",
    "age_from",
    "age_below",
    "sex",
    "weight_below",
    "egfr_below",
    "conditions",
    "unless",
    "severity",
    "sentence",
    "told_by",
]


@act("orders.load_safety_rules")
def load_safety_rules(*, by):
    """Load the rules, classes and limits that come with the product; safe to repeat. Tiers set by hand are kept."""
    memberships, rules, limits = safety_file.shipped()
    return _load(memberships, rules, limits, source="shipped with the product")


@act("orders.load_interactions")
def load_interactions(*, by, memberships=(), rules=(), limits=(), source):
    """Load rules, classes and limits of another source (orders.rules.safety_file reads the files); safe to repeat.

    Raises SafetyFileUnreadable when there is nothing in them.
    """
    if not rules and not limits and not memberships:
        raise SafetyFileUnreadable(problem="there is no rule in it")
    return _load(memberships, rules, limits, source=source)


def _load(memberships, rules, limits, *, source):
    """Write rows whose code is known anew, without their tier and whether they are active: those are the institution's."""
    ClassMembership.objects.bulk_create([ClassMembership(**row) for row in memberships], batch_size=1000, ignore_conflicts=True)
    InteractionRule.objects.bulk_create(
        [InteractionRule(**row) for row in {row["code"]: row for row in rules}.values()],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=RULE_FIELDS,
    )
    DoseLimit.objects.bulk_create(
        [DoseLimit(**row) for row in {row["code"]: row for row in limits}.values()],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=LIMIT_FIELDS,
    )
    last = (
        InteractionRule.objects.filter(code=rules[-1]["code"]).first()
        if rules
        else DoseLimit.objects.filter(code=limits[-1]["code"]).first()
        if limits
        else ClassMembership.objects.order_by("pk").last()
    )
    record(last, memberships=len(memberships), rules=len(rules), limits=len(limits), source=source)
    return last


@act("orders.set_check_tier")
def set_check_tier(code, *, by, tier, reason, is_active=True):
    """Set how loud a rule or limit of the tables is in this institution, or switch it off, with the reason.

    Raises UnknownTier, ReasonMissing, NotFound.
    """
    if tier not in Tier.values:
        raise UnknownTier()
    if not reason.strip():
        raise ReasonMissing()
    for model in (InteractionRule, DoseLimit):
        row = model.objects.select_for_update(no_key=True).filter(code=code).first()
        if row is not None:
            row.tier, row.is_active = tier, is_active
            row.save(update_fields=["tier", "is_active"])
            record(row, name=code, level=tier, is_active=is_active, reason=reason.strip())
            return row
    raise NotFound()


@act("orders.note_findings")
def note_findings(encounter, *, by, medication, findings, draft):
    """Keep that these findings were shown to the author of a draft, each once a draft. No order comes of it.

    `findings` are those of `orders.rules.safety.check`. Only counts for the fatigue table; nothing of it is in the chart.
    """
    rows = [_row(finding, encounter, medication, draft, by, SafetyFinding.Outcome.SHOWN) for finding in findings]
    SafetyFinding.objects.bulk_create(rows, ignore_conflicts=True)
    record(medication, rules=[finding.rule for finding in findings], draft=str(draft))
    return rows[0] if rows else None


def _row(finding, encounter, medication, draft, by, outcome, **values):
    return SafetyFinding(
        draft=draft,
        patient_id=encounter.patient_id,
        encounter_id=encounter.pk,
        medication_id=medication.pk,
        rule=finding.rule[:160],
        tier=finding.tier,
        about=finding.about[:300],
        sentence=finding.sentence,
        told_by=finding.told_by[:300],
        outcome=outcome,
        recorded_by=by,
        recorded_at=clock.now(),
        **values,
    )


def answer(findings, *, by, override_reason="", override_reasons=None, second_signature=None):
    """Who takes it upon himself to order in spite of the findings: {finding: reason} and the second signer (or None).

    Each warning needs a reason, its own (`override_reasons` by rule) or the one for all. A hard stop needs another doctor
    beside it; only the system itself, telling what was prescribed elsewhere, may pass it with a reason alone.
    Raises ChecksUnanswered, SecondSignatureMissing, SecondSignatureIsYours, SecondSignerMayNot.
    """
    own = override_reasons or {}
    reasons = {each: str(own.get(each.rule) or override_reason or "").strip()[:300] for each in findings if each.needs_answer}
    open_ones = [each for each, reason in reasons.items() if not reason]
    if open_ones:
        raise ChecksUnanswered(sentences=_sentences(open_ones), findings=[each.plain() for each in findings])
    stops = [each for each in reasons if each.is_hard_stop]
    if not stops:
        return reasons, None
    signer = _second_signer(second_signature, by)
    if signer is None and by.kind != Staff.Kind.SYSTEM:
        raise SecondSignatureMissing(sentences=_sentences(stops), findings=[each.plain() for each in stops])
    return reasons, signer


def _sentences(findings):
    return " ".join(each.sentence for each in findings)


def _second_signer(signer, by):
    if not signer:
        return None
    if not isinstance(signer, Staff):
        signer = Staff.objects.prefetch_related("roles").filter(pk=signer).first()
        if signer is None:
            raise NotFound()
    if signer.pk == by.pk:
        raise SecondSignatureIsYours()
    if signer.left_on is not None or signer.kind != Staff.Kind.PERSON or not signer.may("orders.prescribe_medication"):
        raise SecondSignerMayNot(name=str(signer))
    return signer


def keep(request, findings, reasons, signer, *, by, draft=None):
    """Write what was signed in spite of what was found, inside the act that writes the order."""
    draft = draft or current().request_key or uuid4()
    draft = draft if isinstance(draft, UUID) else UUID(str(draft))
    SafetyFinding.objects.bulk_create(
        [
            _row(
                each,
                request.encounter,
                request.medication,
                draft,
                by,
                SafetyFinding.Outcome.OVERRIDDEN,
                request=request,
                override_reason=reasons.get(each, ""),
                second_signature=signer if each.is_hard_stop else None,
            )
            for each in findings
        ]
    )
