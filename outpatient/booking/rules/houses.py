"""Houses of a street as a district's rule names them: “2-48 even, 17A, 51-” (R70). Pure functions, a closed grammar."""
import re
from dataclasses import dataclass

from emr.rules.names import fold
from outpatient.booking.rules.identification import house_of, keyword_fits, same_settlement

WHOLE, RANGE, EXACT = 1, 2, 3  # how closely a rule names a house: the closest one decides
EVEN, ODD = {"even", "чет", "чёт", "четные", "чётные", "цотныя"}, {"odd", "неч", "нечет", "нечётные", "нечетные", "няцотныя"}
EXACTLY = re.compile(r"\d+[^\W\d_]?(/\d+[^\W\d_]?)*")  # 17А, 53/2
PART = re.compile(r"(?:(\d+)\s*[-–—]\s*(\d*)|(\d+)\s*\+)?\s*([^\W\d_]*)\.?")


@dataclass(frozen=True)
class Rule:
    """One rule of a district as the comparison sees it; `names`: the street's present and former names."""

    pk: object
    district: object
    settlement: str
    names: tuple
    houses: str


def houses_problem(spec: str) -> str | None:
    """The part of a list of houses that cannot be read, or None."""
    return next((part for part in _parts(spec) if _read(part) is None), None)


def precision(spec: str, house: str) -> int:
    """How closely the list names this house: 3 by its own number, 2 in a range, 1 with the whole street, 0 not at all."""
    found = [closeness for fits, closeness in map(_read, _parts(spec) or [""]) if fits(house_of(house))]
    return max(found, default=0)


def _parts(spec):
    return [part.strip().lower() for part in re.split(r"[,;]", spec or "") if part.strip()]


def _read(part):
    """(does a house fit?, how closely) of one part of the list; None when it cannot be read."""
    found = PART.fullmatch(part)
    word = found[4] if found else ""
    if found and (not word or word in EVEN | ODD):
        first, last = int(found[1] or found[3] or 0), int(found[2] or 0) or 10**6
        if last < first:
            return None
        parity = None if not word else int(word in ODD)
        is_whole = not (found[1] or found[3])
        return lambda house: _inside(house, first, last, parity), WHOLE if is_whole and parity is None else RANGE
    exact = house_of(part)
    return (lambda house: house == exact, EXACT) if EXACTLY.fullmatch(exact) else None


def _inside(house, first, last, parity):
    number = re.match(r"\d+", house)
    if not number:
        return first == 0 and parity is None
    return first <= int(number[0]) <= last and parity in (None, int(number[0]) % 2)


def district_at(address, rules: list[Rule]):
    """The one district to which a house belongs, or None when no rule, or rules of two districts, name it (never a guess).

    `address`: anything with settlement, street and house. A street's own name beats a keyword, a house's own number a
    range, a range the whole street. A village without streets is named by its settlement alone.
    """
    best, found = (0, 0), set()
    for rule in rules:
        if not same_settlement(address.settlement, rule.settlement):
            continue
        near = (street_fits(address.street, rule.names), precision(rule.houses, address.house))
        if all(near) and near >= best:
            found = {rule.district} if near > best else found | {rule.district}
            best = near
    return found.pop() if len(found) == 1 else None


def street_fits(street: str, names) -> int:
    """2: the very name; 1: a keyword of it (another spelling); 0: another street. A village has no names: 2."""
    if not names:
        return 2
    if whole(street) in {whole(name) for name in names}:
        return 2
    return int(any(keyword_fits(street, name) for name in names)
               and numbers(street) in (frozenset(), *(numbers(name) for name in names)))


def whole(street: str) -> frozenset:
    """All words of a street in any order, its type and number too: the 1st and the 3rd lane are two streets."""
    return frozenset(fold(street).split())


def numbers(street: str) -> frozenset:
    """The numbers in a street's name: 3 of “3-й пер. Строителей”."""
    return frozenset(word for word in fold(street).split() if word.isdigit())
