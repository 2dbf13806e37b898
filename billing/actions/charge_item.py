"""The sweep: executed facts without a line get one, lines of mistaken facts get their mirror.

Safe to repeat and to run by several at once: one sweep at a time holds the ledger (an advisory lock, for which no
clinician ever waits), it reads what is uncharged after that, and `one_charge_per_fact` with ON CONFLICT DO NOTHING is
the last line. Posted lines are never changed.
"""
from django.utils import translation

from billing import sources
from billing.actions.account import default_payer, new_account
from billing.actions.ledger import booking_day, lock_ledger
from billing.models import Account, ChargeItem, ChargeShare
from billing.models.charge_item import SOURCE_LANGUAGE
from billing.rules.price import PriceList, cost, share
from emr import clock
from emr.acts import act
from emr.errors import NotFound
from emr.journal import record
from emr.models import Encounter

BATCH = 1000
SAME = ("account_id", "patient_id", "payer_id", "kind", "code", "text", "department_id", "performer_id",
        "source_kind", "source_id",
        "source_part", "unit", "unit_price", "discount", "tariff_id", "lot_id", "occurred_on")  # of a line and its mirror


@act("billing.post_charges")
def post_charges(encounter=None, *, by, until=None) -> int:
    """Charge what was done and is not yet charged, of one stay or visit or of all; returns how many lines were posted.

    `until`: the last day to charge. A fact costs its lot, else the price of its own day; without either it stays in the
    list of exceptions. Bed-days follow rules.bed_day. A fact of a closed month is booked in the first open one, with its own
    day beside it. Raises PayerUnknown, NotFound.
    """
    encounter = _encounter(encounter)
    posted = sweep(encounter, until=until)
    record(encounter or by, patient=encounter and encounter.patient_id, encounter=encounter, lines=posted)
    return posted


def sweep(encounter=None, *, until=None) -> int:
    """The same inside another act: an invoice or the close of a month."""
    lock_ledger()
    posted = reverse(sources.mistaken(encounter)) + charge(in_source_words(sources.uncharged(encounter, until=until)))
    return posted + reverse(sources.baseless(encounter)) + charge(in_source_words(sources.overheads(encounter)))


def in_source_words(facts) -> list:
    """The facts with the house's own words in the source language, whoever sweeps; they are translated when a line is shown."""
    with translation.override(SOURCE_LANGUAGE):
        return list(facts)


def _encounter(encounter):
    if encounter is None or isinstance(encounter, Encounter):
        return encounter
    found = Encounter.objects.filter(pk=encounter).first()
    if found is None:
        raise NotFound()
    return found


def charge(facts) -> int:
    """Post a line for each fact that has a price; opens accounts. Inside an act that holds the ledger."""
    prices = PriceList()
    accounts = {row.encounter_id: row for row in Account.objects.filter(encounter__in={fact.encounter_id for fact in facts})}
    payer = default_payer() if facts else None
    lines, days = [], Days()
    for fact in facts:
        account = accounts.get(fact.encounter_id)
        tariff = None if fact.unit_cost is not None else prices.find(
            kind=fact.kind, code=fact.code, payer_id=(account.payer_id if account else payer.pk), day=fact.day)
        if fact.unit_cost is None and tariff is None:
            continue
        if account is None:
            account = accounts[fact.encounter_id] = new_account(Encounter.objects.get(pk=fact.encounter_id), payer=payer)
        lines.append(_line(fact, account, tariff, days))
    return post(lines)


class Days(dict):
    """The days of the books, asked for once each."""

    def __missing__(self, day):
        self[day] = booking_day(day)
        return self[day]


def _line(fact, account, tariff, days):
    values = {"patient_id": fact.patient_id, "kind": fact.kind, "code": fact.code[:80], "text": fact.text,
              "department_id": fact.department_id, "performer_id": fact.performer_id, "source_kind": fact.source_kind,
              "source_id": fact.source_id, "source_part": fact.part, "quantity": fact.quantity, "unit": fact.unit,
              "lot_id": fact.lot_id, "occurred_on": fact.day}
    return priced(account, values, tariff, fact.unit_cost, days)


def priced(account, values, tariff, unit_cost, days) -> ChargeItem:
    """An unsaved line on the terms of its account: who pays, what is let off (never of what a lot cost), whose share it is."""
    price = unit_cost if tariff is None else tariff.price
    discount = 0 if tariff is None else account.discount
    line = ChargeItem(**values, account=account, payer_id=account.payer_id, unit_price=price, discount=discount, tariff=tariff,
                      amount=cost(values["quantity"], price, discount), booked_on=days[values["occurred_on"]],
                      posted_at=clock.now())
    line.new_share = (account.co_payer_id, share(line.amount, account.co_share)) if account.co_payer_id else None
    return line


def reverse(lines) -> int:
    """Mirror lines: the same with the opposite sign, naming the line they take back; shares go with them."""
    days, mirrors = Days(), []
    shares = {row.item_id: row for row in ChargeShare.objects.filter(item__in=lines)} if lines else {}
    for line in lines:
        mirror = ChargeItem(reverses=line, quantity=-line.quantity, amount=-line.amount, posted_at=clock.now(),
                            booked_on=days[line.occurred_on], **{name: getattr(line, name) for name in SAME})
        mirror.new_share = (shares[line.pk].payer_id, -shares[line.pk].amount) if line.pk in shares else None
        mirrors.append(mirror)
    return post(mirrors)


def post(lines) -> int:
    """Write lines with their shares; what another sweep has written meanwhile stays. Returns how many were written."""
    if not lines:
        return 0
    ChargeItem.objects.bulk_create(lines, batch_size=BATCH, ignore_conflicts=True)
    written = set(ChargeItem.objects.filter(pk__in=[line.pk for line in lines]).values_list("pk", flat=True))
    ChargeShare.objects.bulk_create([ChargeShare(item=line, payer_id=line.new_share[0], amount=line.new_share[1])
                                     for line in lines
                                     if line.new_share and line.pk in written], batch_size=BATCH)
    return len(written)
