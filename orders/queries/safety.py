"""What the checks of an order rest on, read in a bounded number of statements: see `gather`."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from emr.models import AllergyIntolerance, Condition, Observation, Patient
from orders.models import (
    ClassMembership,
    DoseLimit,
    InteractionRule,
    MedicationIngredient,
    MedicationRequest,
    MedicationStatement,
)
from orders.queries.medication_request import WAITING
from orders.queries.substance import atc_groups, base_name

ONE_DOSE_STANDS = dt.timedelta(hours=24)
WEIGHT = ["29463-7", "3141-9"]  # LOINC: body weight; body weight measured
EGFR = ["33914-3", "48642-3", "48643-1", "62238-1", "77147-7", "88293-6", "88294-4", "98979-8"]  # LOINC: eGFR by formula
# Functions (patient) -> (value, found_at) or None of upper apps that keep eGFR results; they put themselves in here.
egfr_sources = []


@dataclass
class Drug:
    """A drug as the checks see it: its substances and all keys that rules may name it by."""

    label: str
    substances: dict = field(default_factory=dict)  # base name -> (amount, unit) in one stock unit, or (None, "")
    keys: set = field(default_factory=set)
    told_by: dict = field(default_factory=dict)  # key -> source of the membership
    medication: object = None
    names: set = field(default_factory=set)
    in_words: bool = False  # told in free words, which begin with the name
    order: object = None  # the running order, or None for the new one and for what is taken at home


@dataclass
class Facts:
    """All that is known of patient, drug and rules at the moment of the check."""

    drug: Drug
    others: list = field(default_factory=list)
    allergies: list = field(default_factory=list)  # (row, Drug made of its text)
    interactions: list = field(default_factory=list)
    limits: list = field(default_factory=list)
    conditions: list = field(default_factory=list)  # ICD-10 codes
    patient: object = None
    weight: Decimal | None = None
    weight_at: dt.datetime | None = None
    egfr: Decimal | None = None
    egfr_at: dt.datetime | None = None


def known_as(orders, texts) -> list[Drug]:
    """Orders, then drugs told in free words, with the names of their substances and classes. Two statements."""
    drugs = [_drug(row.medication, row.medication, order=row) for row in orders]
    drugs += [Drug(text, {base_name(text): (None, "")}, in_words=True) for text in texts]
    _name_substances(drugs)
    _name_classes(drugs)
    return drugs


def gather(patient_id, medication, at, *, without=()) -> Facts:
    """Facts for checking a new order of this product. `without`: orders that it replaces, or that end before it begins.

    Nine statements, and one for each source of kidney function, however many orders, allergies and rules there are.
    """
    orders = list(_running(patient_id, at, without))
    facts = Facts(_drug(medication, medication), [_drug(row.medication, row.medication, order=row) for row in orders])
    facts.others += [Drug(text, {base_name(text): (None, "")}, in_words=True) for text in _at_home(patient_id, at)]
    facts.allergies = [(row, Drug(row.substance, {base_name(row.substance): (None, "")})) for row in _allergies(patient_id)]
    drugs = [facts.drug, *facts.others, *(drug for _row, drug in facts.allergies)]
    _name_substances(drugs)
    _name_classes(drugs)
    for row, drug in facts.allergies:
        if row.code and "atc" in row.system.lower():
            drug.keys |= {f"atc:{group}" for group in atc_groups(row.code)}
    facts.interactions = list(_interactions(facts))
    facts.limits = list(DoseLimit.objects.filter(is_active=True, target__in=facts.drug.keys))
    facts.conditions = list(_conditions(patient_id))
    _know_the_patient(facts, patient_id)
    return facts


def _drug(label, medication, order=None):
    return Drug(str(label), medication=medication, order=order, keys={f"atc:{group}" for group in atc_groups(medication.atc)})


def _running(patient_id, at, without):
    rows = (
        MedicationRequest.objects.live()
        .filter(patient=patient_id, stopped_at__isnull=True)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .exclude(~WAITING, timing__has_key="once", starts_at__lte=at - ONE_DOSE_STANDS)
        # A renewal that has not begun goes on with an order that counts already.
        .exclude(starts_at__gt=at, replaces__isnull=False, replaces__stopped_at__isnull=True, replaces__error_at__isnull=True)
    )
    if without:
        rows = rows.exclude(pk__in=[row.pk for row in without])
    return rows.select_related("medication").order_by("starts_at", "pk")


def _at_home(patient_id, at):
    rows = (
        MedicationStatement.objects.live()
        .filter(patient=patient_id, status="active")
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    )
    return dict.fromkeys(rows.order_by("-asserted_at").values_list("text", flat=True)[:200])


def _allergies(patient_id):
    return (
        AllergyIntolerance.objects.live()
        .filter(patient=patient_id, ended_at__isnull=True)
        .exclude(kind="none-known")
        .exclude(verification__in=["refuted", "entered-in-error"])
        .order_by("-asserted_at", "pk")
    )


def _name_substances(drugs):
    """Fill in what each product holds; a product without substances is its own."""
    products = {drug.medication.pk for drug in drugs if drug.medication}
    held = {}
    for row in MedicationIngredient.objects.filter(medication__in=products).select_related("ingredient"):
        held.setdefault(row.medication_id, []).append(row)
    for drug in drugs:
        if drug.medication is None:
            continue
        for row in held.get(drug.medication.pk, []):
            drug.substances[base_name(row.ingredient.name)] = (row.amount, row.unit)
            drug.keys |= {f"atc:{group}" for group in atc_groups(row.ingredient.atc)}
        if not drug.substances:
            drug.substances[base_name(drug.medication.name)] = (None, "")


def _first_words(name):
    """A name and its beginnings: what is told in free words ("warfarin 5 mg") begins with the substance."""
    words = name.split()
    return {base_name(" ".join(words[:length])) for length in range(1, min(len(words), 4) + 1)}


def _name_classes(drugs):
    """Fill in the keys of each drug: its substances, their other names, their classes. One statement."""
    for drug in drugs:
        names = set(drug.substances)
        if drug.in_words:
            names |= {each for name in names for each in _first_words(name)}
        drug.names = names
        drug.keys |= {f"substance:{name}" for name in names}
    names = {name for drug in drugs for name in drug.names} - {""}
    codes = {key[4:].upper() for drug in drugs for key in drug.keys if key.startswith("atc:")}
    by_name, by_code = {}, {}
    for row in ClassMembership.objects.filter(Q(substance__in=names) | Q(atc__in=codes)):
        by_name.setdefault(row.substance, []).append(row)
        by_code.setdefault(row.atc.lower(), []).append(row)
    for drug in drugs:
        rows = [row for name in drug.names - {""} for row in by_name.get(name, [])]
        rows += [row for key in drug.keys if key.startswith("atc:") for row in by_code.get(key[4:], [])]
        drug.told_by = {row.key: row.told_by for row in rows}
        drug.keys |= set(drug.told_by)


def _interactions(facts):
    ours = facts.drug.keys
    theirs = {key for drug in facts.others for key in drug.keys}
    allergens = {key for _row, drug in facts.allergies for key in drug.keys}
    return (
        InteractionRule.objects.filter(is_active=True)
        .filter(
            Q(kind="interaction") & (Q(left__in=ours, right__in=theirs) | Q(left__in=theirs, right__in=ours))
            | Q(kind="cross-reaction", left__in=allergens, right__in=ours)
        )
        .order_by("code")
    )


def _conditions(patient_id):
    return (
        Condition.objects.live()
        .filter(patient=patient_id, ended_at__isnull=True)
        .exclude(code="")
        .exclude(verification__in=["refuted", "differential"])
        .exclude(clinical_status__in=["inactive", "resolved", "remission"])
        .filter(replaced_by__isnull=True)
        .values_list("code", flat=True)
        .distinct()
    )


def _last(codes):
    return (
        Observation.objects.live().filter(patient=OuterRef("pk"), code__in=codes, value__isnull=False).order_by("-effective_at")
    )


def _know_the_patient(facts, patient_id):
    """Age, sex, last weight and last kidney function, wherever it was found last."""
    row = (
        Patient.objects.filter(pk=patient_id)
        .annotate(
            weight=Subquery(_last(WEIGHT).values("value")[:1]),
            weight_unit=Subquery(_last(WEIGHT).values("unit")[:1]),
            weight_at=Subquery(_last(WEIGHT).values("effective_at")[:1]),
            egfr=Subquery(_last(EGFR).values("value")[:1]),
            egfr_at=Subquery(_last(EGFR).values("effective_at")[:1]),
        )
        .get()
    )
    facts.patient = row
    if row.weight is not None and row.weight_unit in ("kg", "g"):
        facts.weight, facts.weight_at = row.weight / (1 if row.weight_unit == "kg" else 1000), row.weight_at
    found = [(row.egfr, row.egfr_at)] if row.egfr is not None else []
    found += [value for value in (source(patient_id) for source in egfr_sources) if value]
    if found:
        facts.egfr, facts.egfr_at = max(found, key=lambda value: value[1])
