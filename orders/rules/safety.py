"""The checks of a medication order: facts in, findings out. Nothing is read or written here.

What is a finding and how loud it is stands in tables with its source (InteractionRule, ClassMembership, DoseLimit). Ours are
only the tiers of what no table can hold: an allergy to the very substance or to its class is a warning, a hard stop where the
allergy's criticality is high (FHIR: "could be life-threatening"); the same substance ordered twice is a warning.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from orders.models import Tier
from orders.queries.medication import plain
from orders.rules import timing as timing_rule

RANK = {Tier.INFO: 0, Tier.WARNING: 1, Tier.HARD_STOP: 2}
GRAMS = {
    "kg": Decimal(1000),
    "g": Decimal(1),
    "mg": Decimal("1e-3"),
    "mcg": Decimal("1e-6"),
    "ug": Decimal("1e-6"),
    "µg": Decimal("1e-6"),
    "ng": Decimal("1e-9"),
}
OWN = "orders.rules.safety"  # source of the checks that need no table


@dataclass(frozen=True)
class Finding:
    """One sentence a check has to say about an order. `rule` is what an answer names."""

    rule: str
    tier: str
    sentence: str
    told_by: str
    about: str = ""
    evidence: tuple = ()

    @property
    def needs_answer(self):
        return self.tier != Tier.INFO

    @property
    def is_hard_stop(self):
        return self.tier == Tier.HARD_STOP

    def plain(self) -> dict:
        """As programs read it."""
        return {"rule": self.rule, "tier": str(self.tier), "sentence": self.sentence, "source": self.told_by, "about": self.about}


def check(facts, order) -> list[Finding]:
    """All findings about this order, the loudest first; each (rule, about) once. `order` is a completed order."""
    found = [*_allergies(facts), *_interactions(facts), *_duplicates(facts, order), *_limits(facts, order)]
    kept = {}
    for finding in sorted(found, key=lambda each: -RANK[each.tier]):
        kept.setdefault((finding.rule, finding.about), finding)
    return list(kept.values())


def _allergies(facts):
    drug = facts.drug
    for row, allergen in facts.allergies:
        loud = Tier.HARD_STOP if row.criticality == "high" else Tier.WARNING
        if _is_itself(row, allergen, drug):
            yield Finding(
                "allergy:substance",
                loud,
                _("The patient has a recorded allergy: {substance}.").format(substance=row.substance),
                OWN,
                row.substance,
                (str(row.pk),),
            )
            continue
        named = sorted(
            key for key in drug.told_by if _is_class(key) and any(names_class(name, key) for name in _called(allergen))
        )
        shared = sorted(key for key in drug.told_by if key.startswith("fda-cs:") and key in allergen.told_by)
        related = sorted(key for key in drug.told_by if key.startswith("fda-epc:") and key in allergen.told_by)
        for keys, tier, rule in ((named or shared, loud, "allergy:class"), (related, Tier.INFO, "allergy:related-class")):
            if keys:
                yield Finding(
                    rule,
                    tier,
                    _("{drug} belongs to a class the patient is allergic to ({class_name}; recorded: {substance}).").format(
                        drug=drug.label, class_name=_spoken(keys[0]), substance=row.substance
                    ),
                    drug.told_by[keys[0]],
                    row.substance,
                    (str(row.pk),),
                )
                break
        for rule in facts.interactions:
            if rule.kind == "cross-reaction" and rule.left in allergen.keys and rule.right in drug.keys:
                yield Finding(
                    f"cross-reaction:{rule.code}", rule.tier, rule.sentence, rule.told_by, row.substance, (str(row.pk),)
                )


def _called(allergen):
    """What the allergy is called: as recorded, and the other names of the substance."""
    return {plain(allergen.label), *(key.split(":", 1)[1] for key in allergen.keys if key.startswith("substance:"))}


def _is_class(key):
    return key.startswith(("fda-epc:", "fda-cs:"))


def _spoken(key):
    return key.split(":", 1)[1]


def _is_itself(row, allergen, drug):
    """The allergy is about the product, its trade name, one of its substances, or its ATC code."""
    product = drug.medication
    names = {plain(name) for name in (product.name, product.name_ru, product.trade_name, *drug.substances)} - {""}
    names |= {key.split(":", 1)[1] for key in drug.keys if key.startswith("substance:")}
    for text in _called(allergen):
        if any(name == text or name.startswith(f"{text} ") for name in names):
            return True
    return bool(row.code and product.atc and "atc" in row.system.lower() and product.atc.startswith(row.code.upper()))


def names_class(text, key) -> bool:
    """Does a word for an allergy name this class? "penicillin" names "penicillins" and "penicillin-class antibacterial"."""
    wanted, name = plain(text), _spoken(key)
    wanted = wanted[:-1] if len(wanted) > 4 and wanted.endswith("s") else wanted
    return len(wanted) > 3 and name.startswith(wanted) and name[len(wanted) :][:1] in ("", "s", "-", " ")


def _interactions(facts):
    ours = facts.drug.keys
    for rule in facts.interactions:
        if rule.kind != "interaction":
            continue
        for other in facts.others:
            met = (rule.left in ours and rule.right in other.keys) or (rule.right in ours and rule.left in other.keys)
            if met and not _same_substances(facts.drug, other):
                yield Finding(
                    f"interaction:{rule.code}",
                    rule.tier,
                    _("{drug} with {other}: {sentence}").format(drug=facts.drug.label, other=other.label, sentence=rule.sentence),
                    rule.told_by,
                    other.label,
                )


def _same_substances(drug, other):
    return _substance_keys(drug) == _substance_keys(other)


def _substance_keys(drug):
    """The substances of a product by their main names, so that aspirin and acetylsalicylic acid are one."""
    known = {key for key in drug.told_by if key.startswith("substance:")}
    return known or {f"substance:{name}" for name in drug.substances}


def _shared(drug, other):
    """The substances both hold, whichever of their names each goes by."""
    mine = {key for key in drug.keys if key.startswith("substance:")}
    return sorted(key.split(":", 1)[1] for key in mine & other.keys)


def _duplicates(facts, order):
    for other in facts.others:
        if other.order is None:
            continue
        beside = (
            order["as_needed"] or other.order.as_needed or bool(order["timing"].get("once") or other.order.timing.get("once"))
        )
        if same := _shared(facts.drug, other):
            yield Finding(
                "duplicate:substance",
                Tier.INFO if beside else Tier.WARNING,
                _("{substance} is ordered already: {other}, {dose} {how_often}.").format(
                    substance=same[0], other=other.label, dose=other.order.dose_words, how_often=other.order.timing_text
                ),
                OWN,
                other.label,
            )
            continue
        classes = sorted(key for key in facts.drug.told_by if key.startswith("fda-epc:") and key in other.told_by)
        if classes:
            yield Finding(
                "duplicate:class",
                Tier.INFO,
                _("{other} of the same class is ordered already ({class_name}).").format(
                    other=other.label, class_name=_spoken(classes[0])
                ),
                facts.drug.told_by[classes[0]],
                other.label,
            )


def _limits(facts, order):
    for limit in facts.limits:
        if not _concerns(limit, facts, order):
            continue
        if limit.per_dose is None and limit.per_day is None:
            yield _of_limit(limit, limit.sentence, _why(limit, facts))
            continue
        for most, amount, what in (
            (limit.per_dose, per_dose(facts.drug, order, limit.target), _("a dose")),
            (limit.per_day, _day_in_all(facts, order, limit), _("a day")),
        ):
            ceiling = _in_grams(most, limit.unit, facts.weight if limit.per_kilogram else Decimal(1))
            if amount is not None and ceiling is not None and amount > ceiling:
                yield _of_limit(
                    limit,
                    _("{amount} {what} is more than {most} {unit}: {sentence}").format(
                        amount=f"{_number(amount / GRAMS.get(limit.unit, Decimal(1)))} {limit.unit}",
                        what=what,
                        most=_number(most),
                        unit=f"{limit.unit}/kg" if limit.per_kilogram else limit.unit,
                        sentence=limit.sentence,
                    ),
                    what,
                )


def _of_limit(limit, sentence, about):
    return Finding(f"limit:{limit.code}", limit.tier, sentence, limit.told_by, about)


def _number(value):
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _why(limit, facts):
    if limit.egfr_below is not None and facts.egfr is not None:
        return f"eGFR {_number(facts.egfr)}"
    return ", ".join(code for code in facts.conditions if code.upper().startswith(tuple(limit.conditions or ["?"])))[:300]


def _concerns(limit, facts, order):
    """Do all bounds of the limit hold for this patient? An unknown value holds no bound."""
    age = facts.patient.age if facts.patient else None
    codes = [code.upper() for code in facts.conditions]
    bounds = [
        (limit.route, lambda: order["route"].upper() == limit.route.upper()),
        (limit.age_from is not None, lambda: age is not None and age >= limit.age_from),
        (limit.age_below is not None, lambda: age is not None and age < limit.age_below),
        (limit.sex, lambda: facts.patient.sex == limit.sex),
        (limit.weight_below is not None, lambda: facts.weight is not None and facts.weight < limit.weight_below),
        (limit.egfr_below is not None, lambda: facts.egfr is not None and facts.egfr < limit.egfr_below),
        (limit.conditions, lambda: any(code.startswith(tuple(limit.conditions)) for code in codes)),
        (limit.unless, lambda: not any(code.startswith(tuple(limit.unless)) for code in codes)),
    ]
    return all(holds() for stands, holds in bounds if stands)


def doses_a_day(order) -> Decimal | None:
    """The most doses in 24 hours that the order's rule allows; None where nobody can say (infusions, a sender's plan)."""
    timing = order["timing"]
    if order["as_needed"]:
        return Decimal(order["max_per_day"]) if order["max_per_day"] else None
    if timing.get("once"):
        return Decimal(1)
    if not timing_rule.is_rolling(timing):
        return None
    if "every_hours" in timing:
        return max(Decimal(1), Decimal(24) / Decimal(str(timing["every_hours"])))
    return Decimal(len(timing["times"]) + (timing.get("first") == "now"))  # its first 24 hours hold a dose more


def per_dose(drug, order, target) -> Decimal | None:
    """Grams of the substance in one dose (units of another kind as they are); None where the product does not tell."""
    dose, unit, product = order["dose"], order["dose_unit"], drug.medication
    if dose is None or product is None:
        return None
    wanted = target.split(":", 1)[1] if target.startswith("substance:") else None
    amount = None
    if len(drug.substances) > 1:
        amount, held = drug.substances.get(wanted, (None, "")) if wanted else (None, "")
        if amount is None:
            return None
        of_unit = _in_grams(amount, held)
    else:
        of_unit = _in_grams(product.dose_per_unit, product.dose_unit)
    if plain(unit) in GRAMS and len(drug.substances) == 1:
        return _in_grams(dose, unit)
    if plain(unit) in (plain(product.stock_unit), f"{plain(product.stock_unit)}s") and of_unit is not None:
        return dose * of_unit
    if len(drug.substances) == 1 and plain(unit) == plain(product.dose_unit):
        return dose
    return None


def _in_grams(amount, unit, factor=Decimal(1)):
    """The amount in grams; in its own unit when that is no mass; None when a part of it is unknown."""
    if amount is None or factor is None:
        return None
    return amount * factor * GRAMS.get(plain(unit), Decimal(1))


def _day_in_all(facts, order, limit):
    """What a day brings of the limited substance: this order, scheduled or as needed, and all that run beside it."""
    mine, times = per_dose(facts.drug, order, limit.target), doses_a_day(order)
    if mine is None or times is None:
        return None
    total = mine * times
    for other in facts.others:
        if other.order is None or limit.target not in other.keys:
            continue
        running = {name: getattr(other.order, name) for name in ("dose", "dose_unit", "timing", "as_needed", "max_per_day")}
        more, often = per_dose(other, running, limit.target), doses_a_day(running)
        total += more * often if more is not None and often is not None else 0
    return total


def units(product, dose, unit) -> Decimal | None:
    """How many stock units (tablets, vials) one dose takes, in whole units opened; None where the product does not tell."""
    if dose is None:
        return None
    if plain(unit) in (plain(product.stock_unit), f"{plain(product.stock_unit)}s"):
        return dose.to_integral_value(ROUND_CEILING)
    held = _in_grams(product.dose_per_unit, product.dose_unit)
    if (
        not held
        or (plain(unit) in GRAMS) != (plain(product.dose_unit) in GRAMS)
        or (plain(unit) not in GRAMS and plain(unit) != plain(product.dose_unit))
    ):
        return None
    return (_in_grams(dose, unit) / held).to_integral_value(ROUND_CEILING)
