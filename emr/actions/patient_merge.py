"""Two records of one person become one, and the way back (A4). Which rows move: emr/people/merging.py."""
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.actions import patient_details as details
from emr.actions.encounter import PatientIsMerged
from emr.acts import act
from emr.errors import NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import AllergyIntolerance, Patient, PatientMerge
from emr.people import merging as rules
from emr.queries import patient_merge as queries
from emr.rules import person

LOGIN, ENDED = "emr_patient.user_id", "emr_allergyintolerance.ended_at"
PASSES = 3


class MergeWithItself(Refusal):
    code, status = "emr.merge_with_itself", 422
    message = _("A record cannot be joined to itself. Choose two different records.")


class BothHaveOpenStay(Refusal):
    code = "emr.both_have_open_stay"
    message = _("Both records have an open stay in a ward. Discharge or transfer one of them first.")


class AlreadyUnmerged(Refusal):
    code = "emr.already_unmerged"
    message = _("This merge was already taken back at {at}.")


class LaterMergeFirst(Refusal):
    code = "emr.later_merge_first"
    message = _("Record {number} was joined to another one afterwards. Take that merge back first.")


class MergedMeanwhile(PatientIsMerged):
    """A race that only the database saw."""

    message = _("A colleague has just joined this record to another one. Open it again.")


acts.LAST_LINE["one_live_merge_per_retired_patient"] = MergedMeanwhile


def _lock_both(one, other):
    """Both records, locked in the order of their identities so that two merges never wait for each other."""
    keys = [getattr(row, "pk", row) for row in (one, other)]
    rows = {row.pk: row for row in Patient.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    by_text = {str(key): row for key, row in rows.items()}
    if any(str(key) not in by_text for key in keys):
        raise NotFound()
    return [by_text[str(key)] for key in keys]


def _reason(reason):
    reason = person.text(reason, field="reason", limit=300)
    if not reason:
        raise ReasonMissing()
    return reason


@act("emr.merge_patients")
def merge_patients(survivor, retired, *, by, reason):
    """Join the retired record to the survivor: every row moves, both numbers keep leading to the one chart.

    Reversible with `unmerge_patients`. Raises PatientIsMerged, MergeWithItself, BothHaveOpenStay, ReasonMissing.
    """
    reason = _reason(reason)
    survivor, retired = _lock_both(survivor, retired)
    if survivor.pk == retired.pk:
        raise MergeWithItself()
    for row in (survivor, retired):
        if row.merged_into_id:
            raise PatientIsMerged(number=Patient.objects.get(pk=row.merged_into_id).number)
    merge = PatientMerge.objects.create(survivor=survivor, retired=retired, reason=reason, merged_by=by, moved={})
    moved = _carry(survivor, retired)
    retired.merged_into = survivor
    _hand_over_login(survivor, retired, moved)
    retired.save(update_fields=["merged_into"])
    _end_contradicted_statement(survivor, moved)
    merge.moved = moved
    merge.save(update_fields=["moved"])
    details.refresh(survivor)
    details.refresh(retired)
    record(merge, patient=survivor, retired=str(retired.pk), rows=sum(len(keys) for keys in moved.values()))
    return merge


def _carry(survivor, retired):
    """Move the rows and return which: {table.column: identities}.

    An act of somebody else may write one more row for the retired record until it lets go of its order or stay; our
    update waits for that, so a further pass finds the row.
    """
    moved, pointers, kept = {}, queries.moving(), {}
    for pointer in pointers:
        found = queries.collisions(pointer, survivor, retired)
        if rules.REFUSED & set(found):
            raise BothHaveOpenStay()
        kept[pointer] = {key for keys in found.values() for key in keys}
    for _pass in range(PASSES):
        fresh = 0
        for pointer in pointers:
            keys = list(pointer.rows(retired).exclude(pk__in=kept[pointer]).values_list("pk", flat=True))
            if keys:
                pointer.model._base_manager.filter(pk__in=keys).update(**{pointer.field: survivor})
                moved.setdefault(pointer.column, []).extend(str(key) for key in keys)
                fresh += len(keys)
        if not fresh:
            break
    return moved


def _hand_over_login(survivor, retired, moved):
    """The patient's own login opens the record that stands."""
    if retired.user_id and not survivor.user_id:
        user, retired.user = retired.user, None
        retired.save(update_fields=["user"])
        survivor.user = user
        survivor.save(update_fields=["user"])
        moved[LOGIN] = [str(retired.pk)]


def _end_contradicted_statement(survivor, moved):
    """ "No known allergy" does not stand beside an allergy that the other record knew of."""
    standing = AllergyIntolerance.objects.live().filter(patient=survivor, ended_at__isnull=True)
    if not standing.exclude(kind=AllergyIntolerance.Kind.NONE_KNOWN).exists():
        return
    keys = list(standing.filter(kind=AllergyIntolerance.Kind.NONE_KNOWN).values_list("pk", flat=True))
    if keys:
        AllergyIntolerance.objects.filter(pk__in=keys).update(ended_at=clock.now())
        moved[ENDED] = [str(key) for key in keys]


@act("emr.unmerge_patients")
def unmerge_patients(merge, *, by, reason):
    """Take a merge back: every row that moved returns, and what was written since about those rows goes with them.

    Raises AlreadyUnmerged, LaterMergeFirst, ReasonMissing, NotFound.
    """
    reason = _reason(reason)
    merge = PatientMerge.objects.filter(pk=getattr(merge, "pk", merge)).first()
    if merge is None:
        raise NotFound()
    survivor, retired = _lock_both(merge.survivor_id, merge.retired_id)
    merge = PatientMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.undone_at:
        raise AlreadyUnmerged(at=merge.undone_at)
    if survivor.merged_into_id:
        raise LaterMergeFirst(number=survivor.number)
    pointers = queries.moving()
    back = {pointer: _still_there(pointer, merge, survivor) for pointer in pointers}
    _followers(pointers, back, survivor)
    for pointer, keys in back.items():
        if keys:
            pointer.model._base_manager.filter(pk__in=keys).update(**{pointer.field: retired})
    _give_back(merge, survivor, retired)
    retired.merged_into = None
    retired.save(update_fields=["merged_into"])
    merge.undone_at, merge.undone_by = clock.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    details.refresh(survivor)
    details.refresh(retired)
    record(merge, patient=survivor, retired=str(retired.pk), reason=reason, rows=sum(len(keys) for keys in back.values()))
    return merge


def _still_there(pointer, merge, survivor):
    keys = merge.moved.get(pointer.column, [])
    return set(pointer.rows(survivor).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _followers(pointers, back, survivor):
    """Rows written since the merge that hang on a returning row (a dose of its order, a note of its stay) return too."""
    links = list(rules.links_between(pointers))
    grew = True
    while grew:
        grew = False
        for pointer, field, target in links:
            parents = {key for other, keys in back.items() if other.model is target for key in keys}
            if not parents:
                continue
            fresh = set(pointer.rows(survivor).filter(Q(**{f"{field}__in": parents})).exclude(
                pk__in=back[pointer]).values_list("pk", flat=True))
            if fresh:
                back[pointer] |= fresh
                grew = True


def _give_back(merge, survivor, retired):
    if merge.moved.get(LOGIN) and survivor.user_id:
        user, survivor.user = survivor.user, None
        survivor.save(update_fields=["user"])
        retired.user = user
        retired.save(update_fields=["user"])
    for statement in AllergyIntolerance.objects.live().filter(pk__in=merge.moved.get(ENDED, [])):
        if not AllergyIntolerance.objects.live().filter(patient=statement.patient_id, ended_at__isnull=True).exists():
            AllergyIntolerance.objects.filter(pk=statement.pk).update(ended_at=None)
