"""The grouper: versions and mappings are loaded, base rates set; a person may say the group of a case."""
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.actions.dated import make_room
from billing.actions.ledger import lock_ledger
from billing.actions.tariff import money
from billing.errors import DaysUpsideDown, GrouperMissing, GroupFileWrong, GroupsOverlap, GroupUnknown, NotAStay, RateOverlaps
from billing.models import BaseRate, CaseGroup, GroupAssignment, GrouperVersion, GroupRule
from emr import clock
from emr.actions.encounter import lock_encounter
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Encounter
from emr.rules.texts import fits


@act("billing.load_groups")
def load_groups(*, by, system, name, source, valid_from, valid_until=None, groups, is_demo=False):
    """Load a version of a grouper whole: `groups` are dicts of care, code, name, weight, expected_days. Maps no diagnosis yet.

    A version without an end that holds until now ends where this one begins. Raises GroupsOverlap, DaysUpsideDown,
    GroupFileWrong.
    """
    if not groups:
        raise GroupFileWrong(line=1, problem="it holds no group")
    if not system or not name or not source:
        raise Malformed(problem="system, name, source: all are needed")
    fits(GrouperVersion, system=system, name=name, source=source)
    if valid_until is not None and valid_until <= valid_from:
        raise DaysUpsideDown(since=valid_from, until=valid_until)
    lock_ledger()
    if not make_room(GrouperVersion.objects.filter(system=system), valid_from, valid_until):
        raise GroupsOverlap(system=system)
    seen = {}
    for n, row in enumerate(groups, 2):
        fits(CaseGroup, code=row["code"], name=row["name"])
        if not row["code"] or seen.setdefault((row["care"], row["code"]), n) != n:
            raise GroupFileWrong(line=n, problem=f"the code {row['code']!r} is missing or there twice")
    version = GrouperVersion.objects.create(system=system, name=name, source=source, valid=DateRange(valid_from, valid_until),
                                            is_demo=is_demo)
    CaseGroup.objects.bulk_create([CaseGroup(version=version, **row) for row in groups], batch_size=1000)
    record(version, system=system, groups=len(groups), valid_from=valid_from.isoformat())
    return version


@act("billing.load_group_rules")
def load_group_rules(version, *, by, rules):
    """Load the mapping of a version whole, as its next edition; earlier editions stay and no longer count.

    `rules`: dicts of group (code), care, diagnosis, rank, procedure, age_from, age_to, days_from, days_to, line. Raises
    GroupFileWrong.
    """
    row = GrouperVersion.objects.select_for_update(no_key=True).filter(pk=getattr(version, "pk", version)).first()
    if row is None:
        raise NotFound()
    if not rules:
        raise GroupFileWrong(line=1, problem="it holds no rule")
    groups = {(group.care, group.code): group for group in row.groups.all()}
    last = GroupRule.objects.filter(version=row).order_by("-edition").first()
    made = []
    for rule in rules:
        group = groups.get((rule["care"], rule["group"]))
        if group is None:
            raise GroupFileWrong(line=rule["line"], problem=f"{row.name} has no group {rule['group']}")
        fits(GroupRule, diagnosis=rule["diagnosis"], procedure=rule["procedure"])
        made.append(GroupRule(version=row, edition=last.edition + 1 if last else 1, group=group,
                              **{name: value for name, value in rule.items() if name not in ("line", "group", "care")}))
    GroupRule.objects.bulk_create(made, batch_size=1000)
    record(row, system=row.system, rules=len(made), edition=made[0].edition)
    return row


@act("billing.set_base_rate")
def set_base_rate(*, by, system, amount, source, valid_from):
    """Say what weight 1 is worth from a day of discharge on; the rate before ends there. Raises RateOverlaps, PriceNegative."""
    amount, source = money(amount), (source or "").strip()
    if not system or not source:
        raise Malformed(problem="system, source: both are needed")
    fits(BaseRate, system=system, source=source)
    lock_ledger()
    if not make_room(BaseRate.objects.filter(system=system), valid_from):
        raise RateOverlaps(system=system)
    row = BaseRate.objects.create(system=system, amount=amount, source=source, valid=DateRange(valid_from, None))
    record(row, system=system, amount=str(amount), valid_from=valid_from.isoformat())
    return row


@act("billing.assign_group")
def assign_group(encounter, *, by, system, reason, code="", care=CaseGroup.Care.INPATIENT):
    """Say the group of a stay by hand, of the version that holds on its day of discharge; without a code the tables decide again.

    Raises GrouperMissing, GroupUnknown, NotAStay, ReasonMissing, NotFound.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(GroupAssignment, reason=reason)
    found = Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).first()
    if found is None:
        raise NotFound()
    stay = lock_encounter(found)
    if stay.kind != Encounter.Kind.INPATIENT:
        raise NotAStay()
    day = clock.day_of(stay.finished_at) if stay.finished_at else clock.today()
    version = GrouperVersion.objects.filter(system=system, valid__contains=day).first()
    if version is None:
        raise GrouperMissing(system=system, day=day)
    group = CaseGroup.objects.filter(version=version, care=care, code=code.strip()).first() if code else None
    if code and group is None:
        raise GroupUnknown(version=version.name, code=code)
    row = GroupAssignment.objects.create(encounter=stay, version=version, group=group, reason=reason, assigned_at=clock.now(),
                                         assigned_by=by)
    record(row, patient=stay.patient_id, encounter=stay, system=system, group=group.code if group else "", reason=reason)
    return row
