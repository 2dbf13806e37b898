"""One door to all triage scales: read what was found, ask the scale of the hospital, tell an old judgement again."""
from decimal import Decimal

from admissions.rules import esi, tews
from admissions.rules import triage as scales
from admissions.rules.suggestion import CLINICAL_SIGNS, MOBILITY, Flag, Suggestion
from emr.errors import Malformed
from nursing.rules import vitals

RULES = {esi.SCALE: esi.suggest, tews.SCALE: tews.suggest}
YES_NO = ("life_saving", "high_risk", "trauma")
OTHERS = {*YES_NO, "resources", "mobility", "signs"}  # what triage asks beside the vital signs


def suggest(scale: str, months: int | None, found: dict) -> Suggestion | None:
    """What the scale suggests for what was found; None for a scale without rules."""
    return RULES[scale](months, found) if scale in RULES else None


def read(vital_signs: dict, findings: dict) -> dict:
    """What was found, as the rules take it and as it is kept. Raises Malformed, ImplausibleValue."""
    if unknown := set(findings) - OTHERS:
        raise Malformed(problem=f"findings: {', '.join(sorted(unknown))} unknown; known are {', '.join(sorted(OTHERS))}")
    found = {key: str(value) if isinstance(value, Decimal) else value for key, value in vitals.read(vital_signs).items()}
    for key in YES_NO:
        if findings.get(key) is not None:
            if not isinstance(findings[key], bool):
                raise Malformed(problem=f"{key}: true or false is needed")
            found[key] = findings[key]
    if findings.get("resources") is not None:
        if isinstance(findings["resources"], bool) or findings["resources"] not in (0, 1, 2):
            raise Malformed(problem="resources: 0, 1 or 2 (two and more) is needed")
        found["resources"] = findings["resources"]
    if findings.get("mobility"):
        if findings["mobility"] not in MOBILITY:
            raise Malformed(problem=f"mobility: one of {', '.join(MOBILITY)} is needed")
        found["mobility"] = findings["mobility"]
    if signs := findings.get("signs"):
        if not isinstance(signs, list | tuple) or not set(signs) <= set(CLINICAL_SIGNS):
            raise Malformed(problem=f"signs: some of {', '.join(CLINICAL_SIGNS)}")
        found["signs"] = sorted(set(signs))
    return found


def told(row) -> Suggestion | None:
    """The suggestion that stood beside a recorded judgement, with its flags; None when it was judged without the rules."""
    if row is None or row.suggested_level is None:
        return None
    flags = tuple(Flag(**flag) for flag in (row.findings or {}).get("flags", ()))
    return Suggestion(row.scale, row.version, row.suggested_level, flags, score=(row.findings or {}).get("score"))


def sign_choices() -> list:
    """The clinical signs of SATS by colour, for a form: (level, name of the colour, [(key, words)])."""
    return [(int(level), scales.levels(tews.SCALE)[int(level)], [(sign, CLINICAL_SIGNS[sign]) for sign in signs])
            for level, signs in scales.table(tews.SCALE)["signs"].items()]
