"""Invoices: what was charged and nobody was asked for yet. Never changed; taken back by a mirror with a number of its own."""
from decimal import Decimal

from billing.actions.account import lock_account
from billing.actions.charge_item import sweep
from billing.actions.ledger import booking_day
from billing.errors import InvoiceTakenBack, NothingToInvoice, NotThePayer
from billing.models import Invoice, InvoiceLine, Payer
from billing.queries import settlement
from emr import clock
from emr.acts import act
from emr.errors import NotFound, ReasonMissing
from emr.journal import record
from emr.numbering import next_number
from emr.rules.texts import fits


@act("billing.issue_invoice")
def issue_invoice(account, *, by, payer=None) -> Invoice:
    """Ask a payer of the account for everything not asked for yet, after charging what was done; without `payer` the account's
    first.

    Twenty who press at once make one invoice: the others find nothing left. Raises NothingToInvoice (names the last invoice),
    NotThePayer.
    """
    row = lock_account(account)
    sweep(row.encounter)
    payer = payer_of(row, payer)
    lines = settlement.not_invoiced(row, payer)
    if not lines:
        last = settlement.invoices(account=row).filter(payer=payer).first()
        raise NothingToInvoice(payer=payer.name, number=last.number if last else "—")
    made = _write(row, payer, by, sum((amount for _line, amount, _turn in lines), Decimal(0)))
    InvoiceLine.objects.bulk_create([InvoiceLine(invoice=made, item=line, payer=payer, turn=turn, amount=amount)
                                     for line, amount, turn in lines])
    record(made, patient=row.patient_id, encounter=row.encounter_id, number=made.number, amount=str(made.amount),
           payer=payer.code)
    return made


@act("billing.cancel_invoice")
def cancel_invoice(invoice, *, by, reason) -> Invoice:
    """Take an invoice back: its mirror gets the next number, its lines can be asked for again; money paid for it is free.

    Raises InvoiceTakenBack, ReasonMissing.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Invoice, reason=reason)
    found = Invoice.objects.filter(pk=getattr(invoice, "pk", invoice)).first()
    if found is None:
        raise NotFound()
    account = lock_account(found.account_id)
    earlier = Invoice.objects.filter(reverses=found).first()
    if earlier or found.reverses_id:
        raise InvoiceTakenBack(number=found.number, mirror=(earlier or found).number)
    made = _write(account, found.payer, by, -found.amount, reverses=found, reason=reason)
    InvoiceLine.objects.bulk_create([InvoiceLine(invoice=made, item_id=line.item_id, payer_id=line.payer_id, turn=line.turn,
                                                 amount=-line.amount, reverses=line) for line in found.lines.all()])
    record(made, patient=account.patient_id, encounter=account.encounter_id, number=made.number, amount=str(made.amount),
           reason=reason)
    return made


def payer_of(account, payer) -> Payer:
    """Who is asked: a payer of this account, by code or row. Raises NotThePayer."""
    if payer is None:
        return account.payer
    found = payer if isinstance(payer, Payer) else Payer.objects.filter(code=payer).first()
    if found is None or all(found != party["payer"] for party in settlement.parties(account)):
        raise NotThePayer(account=account.number)
    return found


def _write(account, payer, by, amount, **values):
    now = clock.now()
    return Invoice.objects.create(account=account, payer=payer, amount=amount, issued_at=now, issued_by=by,
                                  booked_on=booking_day(clock.today()),
                                  number=f"I{now.year}-{next_number(f'invoice-{now.year}'):06d}", **values)
