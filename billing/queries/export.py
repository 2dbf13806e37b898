"""What a closed month gives to the accountants' own system: charge lines with their shares, invoices, payments.

The order is fixed.
"""
from django.db import connection

from billing.models import ExportBatch, Period
from emr.errors import NotFound

COLUMNS = ("document", "number", "account", "booked_on", "occurred_on", "payer", "department", "kind", "code", "text",
           "quantity", "unit", "unit_price", "discount", "amount", "second_payer", "second_amount", "reverses")
SQL = """
select 'charge', c.id::text, a.number, c.booked_on, c.occurred_on, p.code, coalesce(d.code, ''), c.kind, c.code, c.text,
    c.quantity, c.unit, c.unit_price, c.discount, c.amount, coalesce(q.code, ''), h.amount, coalesce(c.reverses_id::text, '')
from billing_chargeitem c join billing_account a on a.id = c.account_id join billing_payer p on p.id = c.payer_id
left join emr_department d on d.id = c.department_id left join billing_chargeshare h on h.item_id = c.id left
    join billing_payer q on q.id = h.payer_id
where c.booked_on >= %(first)s and c.booked_on < %(after)s
union all select 'invoice', i.number, a.number, i.booked_on, null, p.code, '', '', '', i.reason, null, '', null, null, i.amount,
    '', null, coalesce(r.number, '')
from billing_invoice i join billing_account a on a.id = i.account_id join billing_payer p on p.id = i.payer_id
left join billing_invoice r on r.id = i.reverses_id where i.booked_on >= %(first)s and i.booked_on < %(after)s
union all select m.kind, m.number, a.number, m.booked_on, null, p.code, '', m.method, '', m.reason, null, '', null, null,
    m.amount, '', null, coalesce(r.number, '')
from billing_payment m join billing_account a on a.id = m.account_id join billing_payer p on p.id = m.payer_id
left join billing_payment r on r.id = m.refunds_id where m.booked_on >= %(first)s and m.booked_on < %(after)s
order by 1, 2
"""


def rows(period: Period):
    """Every row that was booked in the month (and before it, when the month before was not closed by itself), in fixed order."""
    from billing.queries.period import next_month

    before = Period.objects.filter(month__lt=period.month).order_by("-month").first()
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"first": next_month(before.month) if before else "0001-01-01", "after": next_month(period.month)})
        while found := cursor.fetchmany(5000):
            yield from found


def batches(actor=None):
    """Batches, the newest first."""
    return ExportBatch.objects.select_related("period", "made_by").order_by("-number")


def batch(pk) -> ExportBatch:
    """One batch. Raises NotFound."""
    found = batches().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
