"""The group of a case, derived from the version of the day of its discharge (G10). Never chosen silently: who has none is told
why.

A rule fits when the diagnosis of the case begins with its own (points do not count) and age, bed-days and procedure are as it
wants. Of the rules that fit the lowest rank decides; if rules of that rank lead to different groups, the case has none until a
person says.
"""
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import CaseGroup, GroupAssignment, GrouperVersion, GroupRule
from billing.queries import account as accounts
from billing.queries import grouper as queries
from billing.rules.price import rounded
from emr import clock

ANY = "*"


class Why(TextChoices):
    """How a case came to its group, or why it has none."""

    RULE = "rule", gettext_lazy("by the tables")
    HAND = "hand", gettext_lazy("by hand")
    NO_VERSION = "no-version", gettext_lazy("no version holds on the day of discharge")
    NO_MAPPING = "no-mapping", gettext_lazy("no mapping from diagnoses is loaded")
    NO_DIAGNOSIS = "no-diagnosis", gettext_lazy("the case has no coded diagnosis")
    NO_AGE = "no-age", gettext_lazy("the age decides and the birth date is not known")
    NO_RULE = "no-rule", gettext_lazy("no rule fits the case")
    AMBIGUOUS = "ambiguous", gettext_lazy("rules of the same rank lead to different groups")


@dataclass(frozen=True)
class Grouping:
    """One case in one system: its group or none, and why; what weight × base rate makes of it beside the ledger."""

    system: str
    facts: dict
    version: GrouperVersion | None
    group: CaseGroup | None
    why: Why
    rules: tuple[GroupRule, ...] = ()
    assignment: GroupAssignment | None = None
    rate: Decimal | None = None

    @property
    def days(self):
        """Bed-days of the stay so far."""
        return days_of(self.facts)

    @property
    def is_open(self):
        """Has the stay not ended, so that its group may still change?"""
        return self.facts["finished_at"] is None

    @property
    def worth(self):
        """Weight × base rate, or None where one of them is missing."""
        return None if self.group is None or self.rate is None else rounded(self.group.weight * self.rate)

    @property
    def difference(self):
        """Ledger less what the group is worth."""
        return None if self.worth is None else self.facts["charged"] - self.worth

    @property
    def explained(self) -> str:
        """The reason as people read it, with the rule or the person behind it."""
        if self.why == Why.HAND:
            return f"{self.why.label}: {self.assignment.assigned_by}, {self.assignment.reason}"
        if self.why in (Why.RULE, Why.AMBIGUOUS):
            return f"{self.why.label}: " + "; ".join(dict.fromkeys(f"{said(rule)} → {rule.group.code}" for rule in self.rules))
        return f"{self.why.label} ({self.facts['diagnosis']})" if self.why == Why.NO_RULE else str(self.why.label)


def said(rule) -> str:
    """A rule as words."""
    parts = [_("any diagnosis") if rule.diagnosis == ANY else _("diagnosis {code}…").format(code=rule.diagnosis)]
    if rule.procedure:
        parts.append(_("procedure {code}…").format(code=rule.procedure))
    for name, low, high in ((_("age"), rule.age_from, rule.age_to), (_("bed-days"), rule.days_from, rule.days_to)):
        if low is not None or high is not None:
            parts.append(f"{name} {'' if low is None else low}–{'' if high is None else high}")
    return ", ".join(parts)


def days_of(facts) -> int:
    """Midnights of the stay, at least one; up to today while it lasts."""
    end = clock.day_of(facts["finished_at"]) if facts["finished_at"] else clock.today()
    return max(1, (end - clock.day_of(facts["started_at"])).days)


def age_of(facts) -> int | None:
    """Whole years at admission."""
    born, day = facts["birth_date"], clock.day_of(facts["started_at"])
    return born and day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def plain(code: str) -> str:
    """A code without points and spaces, so that J18.9 and J189 are one."""
    return code.replace(".", "").replace(" ", "").upper()


class Table:
    """The rules of one version, ready for many cases."""

    def __init__(self, version):
        self.version = version
        self.by_beginning = defaultdict(list)
        for rule in queries.rules(version):
            self.by_beginning["" if rule.diagnosis == ANY else plain(rule.diagnosis)].append(rule)

    def decide(self, facts) -> tuple[Why, tuple[GroupRule, ...]]:
        """(why, the rules that decided or contradict each other) for one case."""
        if not self.by_beginning:
            return Why.NO_MAPPING, ()
        if not facts["diagnosis"]:
            return Why.NO_DIAGNOSIS, ()
        code = plain(facts["diagnosis"])
        near = [rule for n in range(len(code) + 1) for rule in self.by_beginning.get(code[:n], ())]
        fitting = [(rule, fits) for rule in near if (fits := _fits(rule, facts)) is not False]
        if not fitting:
            return Why.NO_RULE, ()
        best = min(rule.rank for rule, _fits in fitting)
        first = tuple(rule for rule, _fits in fitting if rule.rank == best)
        if any(fits is None for rule, fits in fitting if rule.rank == best):
            return Why.NO_AGE, first
        return (Why.RULE if len({rule.group_id for rule in first}) == 1 else Why.AMBIGUOUS), first


def _fits(rule, facts):
    """True, False, or None where the rule asks for an age that is not known."""
    if rule.procedure and not any(plain(code).startswith(plain(rule.procedure)) for code in facts["procedures"]):
        return False
    if not _within(days_of(facts), rule.days_from, rule.days_to):
        return False
    if rule.age_from is None and rule.age_to is None:
        return True
    age = age_of(facts)
    return None if age is None else _within(age, rule.age_from, rule.age_to)


def _within(value, low, high):
    return (low is None or low <= value) and (high is None or value <= high)


class Grouper:
    """Groups many cases of one system; versions, rules and rates are read once each."""

    def __init__(self, system, assignments):
        self.system, self.assignments = system, assignments
        self.versions = list(GrouperVersion.objects.filter(system=system))
        self.rates = list(queries.rates().filter(system=system))
        self.tables = {}

    def group(self, facts) -> Grouping:
        """The group of one case, by hand before the tables."""
        day = clock.day_of(facts["finished_at"]) if facts["finished_at"] else clock.today()
        version, rate = _holds(self.versions, day), _holds(self.rates, day)
        made = {"system": self.system, "facts": facts, "version": version, "rate": rate and rate.amount}
        if version is None:
            return Grouping(group=None, why=Why.NO_VERSION, **made)
        held = self.assignments.get((facts["id"], version.pk))
        if held and held.group:
            return Grouping(group=held.group, why=Why.HAND, assignment=held, **made)
        if version.pk not in self.tables:
            self.tables[version.pk] = Table(version)
        why, rules = self.tables[version.pk].decide(facts)
        return Grouping(group=rules[0].group if why == Why.RULE else None, why=why, rules=rules, **made)


def _holds(rows, day):
    return next((row for row in rows if day in row.valid), None)


def groupings(encounter) -> list[Grouping]:
    """The groups of one stay, one for each system that was loaded; none for visits."""
    facts = queries.facts(encounter=encounter)
    told = queries.assignments([encounter]) if facts else {}
    return [Grouper(system, told).group(facts[0]) for system in queries.systems()] if facts else []


def of_account(actor, *, account) -> list[Grouping]:
    """The groups of the stay of an account, the reading logged. Raises NotFound, ChartNotVisible."""
    return groupings(accounts.one(actor, pk=account).encounter_id)


def cases(system, *, since, until) -> list[Grouping]:
    """All stays that ended in these days (both included), grouped by one system."""
    facts = queries.facts(since=since, until=until)
    grouper = Grouper(system, queries.assignments([row["id"] for row in facts]))
    return [grouper.group(row) for row in facts]


def report(found) -> list[dict]:
    """Cases by group, the dearest difference first; those without a group by the reason."""
    held = defaultdict(list)
    for row in found:
        held[(row.group.pk, row.group) if row.group else (row.why.value, None)].append(row)
    rows = []
    for (key, group), cases_ in held.items():
        worths = [row.worth for row in cases_]
        charged = sum((row.facts["charged"] for row in cases_), Decimal("0.00"))
        worth = None if None in worths else sum(worths, Decimal("0.00"))
        rows.append({"key": key, "group": group, "why": cases_[0].why, "cases": len(cases_), "charged": charged, "worth": worth,
                     "days": rounded(Decimal(sum(row.days for row in cases_)) / len(cases_)),
                     "difference": None if worth is None else charged - worth})
    return sorted(rows, key=lambda row: (row["group"] is None, -abs(row["difference"] or 0), str(row["key"])))
