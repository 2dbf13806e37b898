"""Accounts: one for each stay or visit, opened by its first charge or by hand."""
from billing.errors import AccountExists, PayerExists, PayerUnknown
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
def set_payer(*, by, code, name):
    """Set up somebody who pays. Raises PayerExists."""
    if not code or not name:
        raise Malformed(problem="payer: a code and a name are needed")
    fits(Payer, code=code, name=name)
    if Payer.objects.filter(code=code).exists():
        raise PayerExists(code=code)
    payer = Payer.objects.create(code=code, name=name)
    record(payer, code=code)
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
