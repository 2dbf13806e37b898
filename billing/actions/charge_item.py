"""The sweep: executed facts without a line get one, lines of mistaken facts get their mirror.

Safe to repeat and to run by several at once: one sweep at a time holds the ledger (an advisory lock, for which no
clinician ever waits), it reads what is uncharged after that, and `one_charge_per_fact` with ON CONFLICT DO NOTHING is
the last line. Posted lines are never changed.
"""
from billing import sources
from billing.actions.account import default_payer, new_account
from billing.actions.tariff import lock_ledger
from billing.models import Account, ChargeItem
from billing.rules.price import PriceList, rounded
from emr import clock
from emr.acts import act
from emr.errors import NotFound
from emr.journal import record
from emr.models import Encounter

BATCH = 1000


@act("billing.post_charges")
def post_charges(encounter=None, *, by, until=None) -> int:
    """Charge what was done and is not yet charged, of one stay or visit or of all; returns how many lines were posted.

    `until`: the last day to charge. A fact costs its lot, else the price of its own day; without either it stays in the
    list of exceptions. Bed-days follow rules.bed_day. Raises PayerUnknown, NotFound.
    """
    encounter = _encounter(encounter)
    lock_ledger()
    posted = _reverse(sources.mistaken(encounter)) + _charge(list(sources.uncharged(encounter, until=until)))
    record(encounter or by, patient=encounter and encounter.patient_id, encounter=encounter, lines=posted)
    return posted


def _encounter(encounter):
    if encounter is None or isinstance(encounter, Encounter):
        return encounter
    found = Encounter.objects.filter(pk=encounter).first()
    if found is None:
        raise NotFound()
    return found


def _charge(facts) -> int:
    prices = PriceList()
    accounts = {row.encounter_id: row for row in Account.objects.filter(encounter__in={fact.encounter_id for fact in facts})}
    payer = default_payer() if facts else None
    lines = []
    for fact in facts:
        account = accounts.get(fact.encounter_id)
        tariff = None if fact.unit_cost is not None else prices.find(
            kind=fact.kind, code=fact.code, payer_id=(account.payer_id if account else payer.pk), day=fact.day)
        if fact.unit_cost is None and tariff is None:
            continue
        if account is None:
            account = accounts[fact.encounter_id] = new_account(Encounter.objects.get(pk=fact.encounter_id), payer=payer)
        lines.append(_line(fact, account, tariff))
    return _post(lines)


def _line(fact, account, tariff):
    price = fact.unit_cost if tariff is None else tariff.price
    return ChargeItem(
        account=account, patient_id=fact.patient_id, kind=fact.kind, text=fact.text, department_id=fact.department_id,
        source_kind=fact.source_kind, source_id=fact.source_id, source_part=fact.part, quantity=fact.quantity, unit=fact.unit,
        unit_price=price, amount=rounded(fact.quantity * price), tariff=tariff, lot_id=fact.lot_id, occurred_on=fact.day,
        posted_at=clock.now())


def _reverse(lines) -> int:
    """Mirror lines: the same with the opposite sign, naming the line they take back."""
    same = ("account_id", "patient_id", "kind", "text", "department_id", "source_kind", "source_id", "source_part", "unit",
            "unit_price", "tariff_id", "lot_id", "occurred_on")
    return _post([ChargeItem(reverses=line, quantity=-line.quantity, amount=-line.amount, posted_at=clock.now(),
                             **{name: getattr(line, name) for name in same}) for line in lines])


def _post(lines) -> int:
    ChargeItem.objects.bulk_create(lines, batch_size=BATCH, ignore_conflicts=True)
    return ChargeItem.objects.filter(pk__in=[line.pk for line in lines]).count() if lines else 0
