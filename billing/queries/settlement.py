"""What each payer of an account owes: charged, invoiced, paid. Always sums of rows, never a stored balance."""
from decimal import Decimal

from django.db import connection
from django.db.models import DecimalField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import Account, ChargeItem, Invoice, InvoiceLine, Payer, Payment
from billing.queries.account import ZERO
from emr.access import chart_for
from emr.errors import NotFound

NOTHING = Decimal("0.00")


PARTIES = """
select p.id, p.code, p.name, p.kind, sum(t.charged), sum(t.invoiced), sum(t.paid) from (
    select payer_id, amount as charged, 0 as invoiced, 0 as paid from billing_chargeitem where account_id = %(account)s
    union all select c.payer_id, -h.amount, 0, 0 from billing_chargeshare h join billing_chargeitem c on c.id = h.item_id
        where c.account_id = %(account)s
    union all select h.payer_id, h.amount, 0, 0 from billing_chargeshare h join billing_chargeitem c on c.id = h.item_id
        where c.account_id = %(account)s
    union all select payer_id, 0, amount, 0 from billing_invoice where account_id = %(account)s
    union all select payer_id, 0, 0, amount from billing_payment where account_id = %(account)s
    union all select payer_id, 0, 0, 0 from billing_account where id = %(account)s
    union all select co_payer_id, 0, 0, 0 from billing_account where id = %(account)s) t
join billing_payer p on p.id = t.payer_id group by p.id order by sum(t.charged) desc, p.name
"""


def parties(account) -> list[dict]:
    """Each payer of the account with charged, invoiced, paid, due (invoiced − paid) and open (charged − invoiced). One query."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, {"account": account.pk})
        found = cursor.fetchall()
    return [{"payer": Payer(pk=pk, code=code, name=name, kind=kind), "charged": charged + NOTHING, "invoiced": invoiced + NOTHING,
             "paid": paid + NOTHING, "due": invoiced - paid + NOTHING, "open": charged - invoiced + NOTHING}
            for pk, code, name, kind, charged, invoiced, paid in found]


def balance(account, payer) -> Decimal:
    """Invoiced − paid of one payer: plus = owed, minus = money of the payer that is free. Exact under the lock of the account."""
    invoiced = Invoice.objects.filter(account=account, payer=payer).aggregate(n=Sum("amount"))["n"] or NOTHING
    return invoiced - (Payment.objects.filter(account=account, payer=payer).aggregate(n=Sum("amount"))["n"] or NOTHING)


def not_invoiced(account, payer) -> list[tuple[ChargeItem, Decimal, int]]:
    """(line, the payer's part, turn) of what no standing invoice asks for yet; a line and its mirror cancel out unasked."""
    lines = list(ChargeItem.objects.filter(account=account).filter(Q(payer=payer) | Q(share__payer=payer))
                 .select_related("share").order_by(
        "occurred_on", "kind", "pk"))
    turns, standing = {}, set()
    for item, reversed_by in InvoiceLine.objects.filter(item__in=lines, payer=payer, reverses__isnull=True).values_list(
            "item", "reversed_by"):
        turns[item] = turns.get(item, 0) + 1
        if reversed_by is None:
            standing.add(item)
    free = {line.pk: line for line in lines if line.pk not in standing}
    cancelled = {line.pk for line in free.values() if line.reverses_id in free} | {line.reverses_id for line in free.values()}
    rows = ((line, part(line, payer), turns.get(pk, 0) + 1) for pk, line in free.items() if pk not in cancelled)
    return [row for row in rows if row[1]]


def part(line, payer) -> Decimal:
    """What this payer takes of a line."""
    held = getattr(line, "share", None)
    own = line.amount - (held.amount if held else 0) if line.payer_id == payer.pk else NOTHING
    return own + (held.amount if held and held.payer_id == payer.pk else 0)


def _sum_of(rows):
    total = rows.filter(account=OuterRef("pk")).order_by().values("account").annotate(n=Sum("amount")).values("n")
    return Coalesce(Subquery(total, output_field=DecimalField(max_digits=16, decimal_places=2)), ZERO)


def desk(actor=None, *, text="", owing=False):
    """Accounts that a patient, an insurer or an employer pays (or shares), with what is charged, invoiced and paid, the newest
    first.
    """
    rows = Account.objects.select_related("encounter__department", "patient", "payer", "co_payer").filter(
        ~Q(payer__kind=Payer.Kind.BUDGET) | Q(co_payer__isnull=False) | Q(payments__isnull=False)).distinct()
    if text := text.strip():
        rows = Account.objects.select_related("encounter__department", "patient", "payer", "co_payer").filter(
            Q(number__iexact=text) | Q(encounter__number__iexact=text) | Q(patient__number__iexact=text)
            | Q(patient__family__istartswith=text) | Q(invoices__number__iexact=text)).distinct()
    rows = rows.annotate(charged=_sum_of(ChargeItem.objects), invoiced=_sum_of(Invoice.objects), paid=_sum_of(Payment.objects))
    if owing:
        rows = rows.exclude(invoiced=_sum_of(Payment.objects))
    return rows.order_by("-opened_at", "-pk")


def invoices(actor=None, *, account=None):
    """Invoices, the newest first."""
    rows = Invoice.objects.select_related("account__patient", "payer", "issued_by", "reverses", "reversed_by")
    return (rows.filter(account=account) if account else rows).order_by("-issued_at", "-pk")


def invoice(actor, *, pk):
    """One invoice, the reading logged. Raises NotFound, ChartNotVisible."""
    row = Invoice.objects.select_related("account__encounter__department", "account__patient", "payer", "issued_by", "reverses",
                                         "reversed_by").filter(pk=pk).first()
    if row is None or not chart_for(actor, row.account.patient, "invoice").shows("money"):
        raise NotFound()
    return row


def invoice_lines(row):
    """Its lines by day, with what each rests on."""
    return row.lines.select_related("item__department", "item__tariff", "item__lot__medication", "item__share").order_by(
        "item__occurred_on", "item__kind", "pk")


def payments(actor=None, *, account=None):
    """Money that came and went, the newest first."""
    rows = Payment.objects.select_related("account__patient", "payer", "taken_by", "refunds")
    return (rows.filter(account=account) if account else rows).order_by("-paid_at", "-pk")


def payment(actor, *, pk):
    """One payment, the reading logged. Raises NotFound, ChartNotVisible."""
    row = Payment.objects.select_related("account__encounter", "account__patient", "payer", "taken_by", "refunds").filter(
        pk=pk).first()
    if row is None or not chart_for(actor, row.account.patient, "payment").shows("money"):
        raise NotFound()
    return row


