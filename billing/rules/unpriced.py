"""What was done and is not charged: it waits for the next sweep, or nobody set its price (a visible exception)."""
from collections import Counter

from billing import sources
from billing.models import Account
from billing.rules.price import PriceList


def waiting(encounter=None) -> tuple[list, list]:
    """Uncharged facts, newest first: those that the next sweep will post, and those without a price on their day."""
    prices, payers = PriceList(), Account.objects.values_list("encounter", "payer")
    payers = dict(payers.filter(encounter=encounter) if encounter else payers)
    priced, unpriced = [], []
    for fact in sorted(sources.uncharged(encounter), key=lambda fact: fact.day, reverse=True):
        known = fact.unit_cost is not None or prices.find(kind=fact.kind, code=fact.code, payer_id=payers.get(fact.encounter_id),
                                                          day=fact.day)
        (priced if known else unpriced).append(fact)
    return priced, unpriced


def unpriced(encounter=None) -> list:
    """The list of exceptions: never a silent zero."""
    return waiting(encounter)[1]


def in_words(encounter) -> list[str]:
    """Each act of the stay that has no price, once, with how often it was done."""
    times = Counter(fact.text for fact in unpriced(encounter))
    return [text if count == 1 else f"{text} × {count}" for text, count in sorted(times.items())]
