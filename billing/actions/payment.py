"""Money at the cashier's desk: deposits, payments, refunds.

What was taken is never changed; it is given back by a row of its own.
"""
from decimal import Decimal

from billing.actions.account import lock_account
from billing.actions.invoice import payer_of
from billing.actions.ledger import booking_day
from billing.actions.tariff import money
from billing.errors import AmountNotPositive, PaymentTooLarge, RefundTooLarge
from billing.models import Payment
from billing.queries import settlement
from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.numbering import next_number
from emr.rules.texts import fits


@act("billing.take_payment")
def take_payment(account, *, by, amount, method, kind=Payment.Kind.PAYMENT, payer=None) -> Payment:
    """Take money of a payer of the account: a payment of what is owed, in full or part, or a deposit for what is still to come.

    Raises PaymentTooLarge (says what is owed; more is a deposit), AmountNotPositive, NotThePayer.
    """
    amount = _positive(amount)
    if method not in Payment.Method.values or kind not in (Payment.Kind.PAYMENT, Payment.Kind.DEPOSIT):
        raise Malformed(problem=f"method: one of {', '.join(Payment.Method.values)}; kind: payment or deposit")
    row = lock_account(account)
    payer = payer_of(row, payer)
    owed = settlement.balance(row, payer)
    if kind == Payment.Kind.PAYMENT and amount > owed:
        raise PaymentTooLarge(owed=max(owed, Decimal("0.00")))
    made = _write(row, payer, by, amount, kind=kind, method=method)
    record(made, patient=row.patient_id, encounter=row.encounter_id, number=made.number, amount=str(amount), kind=kind,
           method=method)
    return made


@act("billing.refund_payment")
def refund_payment(payment, *, by, amount, reason, method="") -> Payment:
    """Give money back, of a deposit or payment that is there: no more than is left of it and than the payer has free.

    Raises RefundTooLarge (says how much can go back), AmountNotPositive, ReasonMissing.
    """
    amount, reason = _positive(amount), (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Payment, reason=reason)
    found = Payment.objects.filter(pk=getattr(payment, "pk", payment)).first()
    if found is None or found.kind == Payment.Kind.REFUND:
        raise NotFound()
    row = lock_account(found.account_id)
    left = found.amount + sum(found.refunded_by.values_list("amount", flat=True))
    free = min(left, max(-settlement.balance(row, found.payer), Decimal("0.00")))
    if amount > free:
        raise RefundTooLarge(free=free)
    made = _write(row, found.payer, by, -amount, kind=Payment.Kind.REFUND, method=method or found.method, refunds=found,
                  reason=reason)
    record(made, patient=row.patient_id, encounter=row.encounter_id, number=made.number, amount=str(made.amount), reason=reason)
    return made


def _positive(amount) -> Decimal:
    amount = money(amount)
    if not amount:
        raise AmountNotPositive()
    return amount


def _write(account, payer, by, amount, **values):
    now = clock.now()
    return Payment.objects.create(account=account, payer=payer, amount=amount, paid_at=now, taken_by=by,
                                  booked_on=booking_day(clock.today()),
                                  number=f"R{now.year}-{next_number(f'receipt-{now.year}'):06d}", **values)
