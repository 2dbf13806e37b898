"""The Emergency Severity Index, version 4: four decision points, one after the other; the first that is met decides.

Source: rules/data/esi.json. A: life-saving intervention now, SpO2 below 90, unresponsive (P, U) -> 1. B: high risk, newly
confused or lethargic (C, V), pain 7 and more -> 2. C: kinds of resources, none -> 5, one -> 4, several -> 3. D: with several,
vital signs beyond the danger zone of the age -> 2. Fever of small children lifts to at least the level the table names.
"""
from decimal import Decimal

from admissions.rules import triage as scales
from admissions.rules.suggestion import Flag, Suggestion

SCALE = "ESI"
RESOURCES = {0: 5, 1: 4}  # two and more: 3


def suggest(months: int | None, found: dict) -> Suggestion:
    """The level that version 4 gives for what was found; `level` is None while something needed is missing.

    `found`: numbers under the keys of vital signs, consciousness A C V P U, pain 0-10, life_saving, high_risk (true or false),
    resources (0, 1, 2 and more). `months`: age, None counts as grown up.
    """
    rule = scales.table(SCALE)
    level, flags = _urgent(rule, found)
    if level is None:
        level, flags = _by_resources(rule, months, found)
    level, flags = _fever(rule, months, found, level, flags)
    missing = () if level else ("resources",)
    return Suggestion(SCALE, rule["version"], level, tuple(flags), missing=missing)


def _urgent(rule, found):
    """Decision points A and B."""
    flags = []
    if found.get("life_saving"):
        flags.append(Flag("life_saving"))
    if _below(found, "spo2", rule["lifesaving_spo2"]):
        flags.append(Flag("spo2", found["spo2"], f"<{rule['lifesaving_spo2']}"))
    if found.get("consciousness") in ("P", "U"):
        flags.append(Flag("consciousness", found["consciousness"]))
    if flags:
        return 1, flags
    if found.get("high_risk"):
        flags.append(Flag("high_risk"))
    if found.get("consciousness") in ("C", "V"):
        flags.append(Flag("consciousness", found["consciousness"]))
    if found.get("pain") is not None and Decimal(str(found["pain"])) >= rule["severe_pain"]:
        flags.append(Flag("pain", found["pain"], f"≥{rule['severe_pain']}"))
    return (2, flags) if flags else (None, [])


def _by_resources(rule, months, found):
    """Decision points C and D."""
    count = found.get("resources")
    if count is None:
        return None, []
    if int(count) in RESOURCES:
        return RESOURCES[int(count)], [Flag("resources", int(count))]
    if flags := danger(months, found):
        return 2, flags
    return 3, [Flag("resources", int(count))]


def danger(months: int | None, found: dict) -> list[Flag]:
    """Decision point D: which vital signs lie beyond the danger zone of the age."""
    zone = scales.table(SCALE)["danger_zone"]
    band = scales.of_age(zone["bands"], months)
    flags = [Flag(key, found[key], f">{band[key]}") for key in ("heart_rate", "respiratory_rate")
             if found.get(key) is not None and Decimal(str(found[key])) > band[key]]
    if _below(found, "spo2", zone["spo2_below"]):
        flags.append(Flag("spo2", found["spo2"], f"<{zone['spo2_below']}"))
    return flags


def _fever(rule, months, found, level, flags):
    if months is None or found.get("temperature") is None:
        return level, flags
    for band in rule["fever"]:
        if months < band["months_below"]:
            hot = Decimal(str(found["temperature"])) > Decimal(band["above"])
            if hot and (level is None or level > band["at_least"]):
                return band["at_least"], [Flag("fever", found["temperature"], f">{band['above']}")]
            break
    return level, flags


def _below(found, key, limit):
    return found.get(key) is not None and Decimal(str(found[key])) < limit
