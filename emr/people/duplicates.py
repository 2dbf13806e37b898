"""How likely two records are one person: a plain sum of points, shown to the clerk with its grounds.

Points were chosen by us for a registry desk (no published source): they only order and warn, a person decides.
"""
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from emr.people import names

LIKELY = 60


@dataclass
class Person:
    """What is compared of one person."""

    family: str = ""
    given: str = ""
    patronymic: str = ""
    birth_date: object = None
    exact_date: bool = True
    sex: str = "unknown"
    phones: tuple = ()
    identifiers: tuple = ()  # (system, value)


@dataclass
class Likeness:
    points: int
    grounds: list

    @property
    def likely(self):
        return self.points >= LIKELY


def likeness(one: Person, other: Person) -> Likeness:
    """Points from 0 to 100 for being the same person, and the grounds in words."""
    points, grounds = 0, []
    for test in (_identifier, _names, _birth_date, _phone, _sex):
        found, ground = test(one, other)
        points += found
        if ground:
            grounds.append(ground)
    return Likeness(max(0, min(points, 100)), grounds)


def _identifier(one, other):
    same = set(one.identifiers) & set(other.identifiers)
    return (100, _("same identifier")) if same else (0, None)


def _names(one, other):
    points = _near(one.family, other.family, 30) + _near(one.given, other.given, 20) + _near(
        one.patronymic, other.patronymic, 10)
    # Family and given name entered in each other's field.
    if one.given and other.given and points < 50:
        points = max(points, _near(one.family, other.given, 25) + _near(one.given, other.family, 20))
    if points >= 50:
        return points, _("same name")
    return (points, _("similar name")) if points >= 30 else (max(points, 0), None)


def _near(one, other, full):
    """Full points for equal names in either alphabet, most of them for a slip of the pen, minus some for different ones."""
    one, other = names.romanise(one), names.romanise(other)
    if not one or not other:
        return 0
    if one == other:
        return full
    ratio = SequenceMatcher(None, one, other).ratio()
    return round(full * 0.8) if ratio >= 0.85 else round(full * 0.4) if ratio >= 0.7 else -round(full * 0.4)


def _birth_date(one, other):
    a, b = one.birth_date, other.birth_date
    if not a or not b:
        return 0, None
    if a == b and one.exact_date and other.exact_date:
        return 35, _("same birth date")
    if not (one.exact_date and other.exact_date):
        return (10, None) if abs(a.year - b.year) <= 3 else (-20, None)
    if (a.day, a.month, a.year) == (b.month, b.day, b.year):
        return 25, _("day and month of birth exchanged")
    if sum(x != y for x, y in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
        return 20, _("birth date differs in one digit")
    return -25, None


def _phone(one, other):
    same = {names.digits(p)[-9:] for p in one.phones if p} & {names.digits(p)[-9:] for p in other.phones if p}
    return (20, _("same phone")) if same else (0, None)


def _sex(one, other):
    known = {"male", "female"}
    return (-25, None) if {one.sex, other.sex} == known else (0, None)
