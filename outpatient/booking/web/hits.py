"""Whom it hits when receptions or coupons are taken back, and what is answered to each: read from and written to one table (R19).
"""
import uuid

from emr.errors import Malformed
from outpatient.booking.queries import hits as queries
from outpatient.booking.rules.substitute import suggestions


def with_suggestions(receptions, first, last, coupons=None) -> list[tuple]:
    """(booking, the free coupon that could be offered to its patient, or None), by time. `coupons`: when not all disappear."""
    rows, offered = list(queries.hits(receptions, coupons=coupons)), {}
    for specialty in {row.reception.specialty for row in rows if row.reception.specialty}:
        free = queries.instead_of(specialty, first, last, receptions)
        offered |= suggestions([row for row in rows if row.reception.specialty == specialty], free)
    return [(row, offered.get(row.pk)) for row in rows]


def answered(request) -> dict:
    """`seen` and `answers` of the table, as the acts take them. Raises Malformed."""
    answers, seen = {}, [_id(pk) for pk in request.POST.getlist("seen")]
    for pk in seen:
        given, coupon = request.POST.get(f"answer-{pk}", "notify"), request.POST.get(f"coupon-{pk}")
        answers[pk] = {"answer": given, "coupon": _id(coupon)} if coupon and given != "notify" else {"answer": "notify"}
    return {"seen": seen, "answers": answers}


def _id(text):
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Malformed(problem="a UUID is needed; open the page again") from error
