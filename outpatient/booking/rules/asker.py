"""The patient as the checks see him (rules.reasons), made from his rows."""
from collections import Counter

from emr import clock
from outpatient.booking.queries import asker as queries
from outpatient.booking.rules.reasons import ANYBODY, Asker, Own


def asker(patient, channel, *, override="", holder="", places=1, without=None) -> Asker:
    """The patient as the checks see him now; without a patient a visitor who has not said who he is. Two queries.

    `patient`: row or id. `without`: a booking that does not count, because it is being moved.
    """
    if patient is None:
        return Asker(channel, holder=holder, places=places)
    pk = getattr(patient, "pk", patient)
    rows = [row for row in queries.bookings_that_count(pk) if without is None or row.pk != without.pk]
    facts, today = queries.facts(pk, without), clock.today()
    own = tuple(Own(row.day, row.specialty_id, row.reception_id, row.coupon.starts_at, row.coupon.ends_at, row.code)
                for row in rows if row.no_show_at is None and row.day >= today)
    months = Counter((row.day.year, row.day.month) for row in rows if row.channel == "web")
    return Asker(channel, pk, has_card=facts["card"] is not None, card_until=facts["card_until"], birth_date=facts["birth_date"],
                 paused_until=facts["paused_until"], own=own, online_by_month=dict(months), referrals=frozenset(facts["referred"]), waits=facts["waits"], has_mail=facts["has_mail"],
                 override=override, holder=holder, places=places)


def anybody(channel="web", holder="") -> Asker:
    """Any attached patient, for a visitor who has not said who he is: he sees what would be given to one (R13)."""
    return Asker(channel, ANYBODY, has_card=True, holder=holder)
