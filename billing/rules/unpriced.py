"""Facts that were done and cannot be charged because nobody set their price: a visible exception, never a silent zero."""
from billing import sources
from billing.models import Account
from billing.rules.price import PriceList


def unpriced(encounter=None) -> list:
    """Uncharged facts without a lot's cost and without a price on their day, newest first."""
    prices = PriceList()
    payers = dict(Account.objects.filter(encounter=encounter).values_list("encounter", "payer")) if encounter else dict(
        Account.objects.values_list("encounter", "payer"))
    found = [fact for fact in sources.uncharged(encounter) if fact.unit_cost is None and not prices.find(
        kind=fact.kind, code=fact.code, payer_id=payers.get(fact.encounter_id), day=fact.day)]
    return sorted(found, key=lambda fact: fact.day, reverse=True)
