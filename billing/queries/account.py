"""Accounts and their lines. Whoever may see an account has money in his role; each account read is logged."""
from decimal import Decimal

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import Account, ChargeItem
from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Encounter, JournalEntry
from emr.queries import patient as patients

ZERO = Value(Decimal("0.00"), output_field=DecimalField(max_digits=16, decimal_places=2))
TOTAL = Coalesce(Sum("amount"), ZERO)


def listed(actor=None, *, text="", open_only=False):
    """Accounts with their totals, the newest first; `text` finds account, stay and record numbers and family names."""
    rows = Account.objects.select_related("encounter__department", "patient", "payer", "co_payer")
    if text := text.strip():
        rows = rows.filter(Q(number__iexact=text) | Q(encounter__number__iexact=text) | Q(patient__number__iexact=text)
                           | Q(patient__family__istartswith=text))
    if open_only:
        rows = rows.filter(encounter__finished_at__isnull=True)
    return rows.annotate(total=Coalesce(Sum("items__amount"), ZERO), lines=Count("items")).order_by("-opened_at", "-pk")


def one(actor, *, pk):
    """One account, its reading logged. Raises NotFound, ChartNotVisible."""
    account = listed().filter(pk=pk).first()
    if account is None or not chart_for(actor, account.patient, "account").shows("money"):
        raise NotFound()
    return account



def of_encounter(actor, *, encounter):
    """The account of a stay or visit, its reading logged; None when none is open yet. Raises NotFound, ChartNotVisible."""
    row = Encounter.objects.select_related("patient").filter(pk=encounter).first()
    if row is None or not chart_for(actor, row.patient, "account").shows("money"):
        raise NotFound()
    return listed().filter(encounter=row).first()


def to_open(actor, *, text=""):
    """Visits and stays of ours, the newest first, with `account` and `account_number` where there is one: those of the people
    (or with the number) asked for, else today's that have none."""
    mine = Account.objects.filter(encounter=OuterRef("pk"))
    rows = Encounter.objects.live().filter(source__isnull=True).select_related("patient", "department").annotate(
        account=Subquery(mine.values("pk")), account_number=Subquery(mine.values("number")))
    if text := text.strip():
        found = [row.pk for row in patients.search(actor, text)]
        rows = rows.filter(Q(number__iexact=text) | Q(patient__in=found) | Q(patient__merged_into__in=found))
    else:
        rows = rows.filter(started_at__gte=clock.start_of(clock.today()), account__isnull=True)
    return rows.order_by("-started_at", "-pk")


def of_patient(actor, *, patient):
    """Accounts of one patient, the reading logged. Raises NotFound, ChartNotVisible."""
    chart = chart_for(actor, patient, "accounts")
    if not chart.shows("money"):
        raise NotFound()
    return listed().filter(patient=chart.patient)



def opened_again(account) -> dict | None:
    """The last time the finished stay was opened again (B12): when, why, what the account stood at then; None if it never was."""
    entry = JournalEntry.objects.filter(encounter=account.encounter_id, act="admissions.reopen_stay").last()
    if entry is None:
        return None
    before = ChargeItem.objects.filter(account=account, posted_at__lt=entry.at).aggregate(n=TOTAL)["n"]
    return {"at": entry.at, "reason": entry.data["reason"], "before": before, "since": account.total - before}


def lines(account):
    """The ledger of an account, by day."""
    return ChargeItem.objects.filter(account=account).select_related("department", "lot__medication", "tariff", "reverses",
                                                                     "reversed_by", "payer",
                                                                       "share__payer").order_by(
        "occurred_on", "kind", "posted_at", "pk")


def standing(account):
    """The lines that stand: without those taken back and their mirrors, which cancel out. They come to the same sum."""
    return lines(account).filter(reverses__isnull=True, reversed_by__isnull=True)


def totals_by_kind(account) -> list[dict]:
    """What each kind of act cost on this account, drugs apart from all else."""
    return list(ChargeItem.objects.filter(account=account).values("kind").annotate(total=TOTAL, lines=Count("pk"))
                .order_by("kind"))


def totals_by_day(account) -> list[dict]:
    """What each day cost on this account."""
    return list(ChargeItem.objects.filter(account=account).values("occurred_on").annotate(total=TOTAL, lines=Count("pk"))
                .order_by(
        "occurred_on"))
