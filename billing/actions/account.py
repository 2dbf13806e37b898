"""Accounts: one for each stay or visit, opened by its first charge or by hand."""
from decimal import Decimal, InvalidOperation

from billing.errors import AccountExists, PayerExists, PayerUnknown, TermsWrong
from billing.models import Account, Payer
from billing.queries import payer as payers
from emr import clock
from emr.actions.encounter import lock_encounter
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Encounter
from emr.numbering import next_number
from emr.rules.texts import fits


@act("billing.set_payer")
def set_payer(*, by, code, name, kind=Payer.Kind.OTHER):
    """Set up somebody who pays. Raises PayerExists."""
    if not code or not name or kind not in Payer.Kind.values:
        raise Malformed(problem=f"payer: a code and a name are needed; kind: one of {', '.join(Payer.Kind.values)}")
    fits(Payer, code=code, name=name)
    if Payer.objects.filter(code=code).exists():
        raise PayerExists(code=code)
    payer = Payer.objects.create(code=code, name=name, kind=kind)
    record(payer, code=code, kind=kind)
    return payer


@act("billing.open_account")
def open_account(encounter, *, by, payer=None):
    """Open the account of a stay or visit; without a payer the default one. Raises AccountExists, PayerUnknown."""
    row = Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).first()
    if row is None:
        raise NotFound()
    row = lock_encounter(row)
    earlier = Account.objects.filter(encounter=row).first()
    if earlier:
        raise AccountExists(number=earlier.number)
    account = new_account(row, payer=_payer(payer))
    record(account, patient=row.patient_id, encounter=row, number=account.number, payer=account.payer.code)
    return account


@act("billing.set_terms")
def set_terms(account, *, by, payer, co_payer=None, co_share=0, discount=0, reason=""):
    """Say who pays what is posted from now on: the payer, a second one with his share, and what is let off, both in per cent.

    Lines that stand stay as they are until they are priced anew (billing.reprice). Raises TermsWrong, PayerUnknown.
    """
    row = lock_account(account)
    payer, co_payer = _payer(payer), _payer(co_payer) if co_payer else None
    co_share, discount = _per_cent(co_share), _per_cent(discount)
    reason = (reason or "").strip()
    if bool(co_payer) != bool(co_share) or co_payer == payer or (discount and not reason):
        raise TermsWrong()
    fits(Account, terms_reason=reason)
    row.payer, row.co_payer, row.co_share, row.discount, row.terms_reason = payer, co_payer, co_share, discount, reason
    row.save(update_fields=["payer", "co_payer", "co_share", "discount", "terms_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, payer=payer.code, co_payer=co_payer.code if co_payer else "",
           co_share=str(co_share), discount=str(discount), reason=reason)
    return row


def _per_cent(value) -> Decimal:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation as error:
        raise TermsWrong() from error
    if not number.is_finite() or not 0 <= number <= 100 or number != number.quantize(Decimal("0.01")):
        raise TermsWrong()
    return number


def lock_account(account) -> Account:
    """The account, held against others until the end of the transaction. Raises NotFound."""
    row = Account.objects.select_for_update(no_key=True).filter(pk=getattr(account, "pk", account)).first()
    if row is None:
        raise NotFound()
    return row


def _payer(payer):
    if payer is None:
        return default_payer()
    found = payer if isinstance(payer, Payer) else Payer.objects.filter(code=payer).first()
    if found is None:
        raise PayerUnknown(code=payer)
    return found


def default_payer() -> Payer:
    """Who pays when nobody said otherwise. Raises PayerUnknown before any payer is set up."""
    payer = payers.default()
    if payer is None:
        raise PayerUnknown(code=payers.DEFAULT)
    return payer


def new_account(encounter, *, payer) -> Account:
    """An account inside another act: number of the year, without gaps."""
    year = clock.today().year
    return Account.objects.create(encounter=encounter, patient_id=encounter.patient_id, payer=payer, opened_at=clock.now(),
                                  number=f"A{year}-{next_number(f'account-{year}'):06d}")
