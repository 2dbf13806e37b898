"""The patient as the checks see him (rules.reasons), made from his rows."""
import datetime as dt
from collections import Counter
from uuid import UUID

from emr import clock
from outpatient.booking.queries import asker as queries
from outpatient.booking.rules.reasons import ANYBODY, Asker, Own


def asker(patient, channel, *, override="", holder="", places=1, without=None) -> Asker:
    """The patient as the checks see him now; without a patient a visitor who has not said who he is. One query.

    `patient`: row or id. `without`: a booking that does not count, because it is being moved.
    """
    if patient is None:
        return Asker(channel, holder=holder, places=places)
    pk = getattr(patient, "pk", patient)
    facts, today = queries.facts(pk, without), clock.today()
    days = [(row, dt.date.fromisoformat(row["day"])) for row in facts["bookings"]]
    own = tuple(_own(row, day) for row, day in days if not row["is_missed"] and day >= today)
    months = Counter((day.year, day.month) for row, day in days if row["channel"] == "web")
    referrals = {UUID(specialty): UUID(referral) for specialty, referral in reversed(facts["referred"])}  # the oldest one is used
    return Asker(channel, pk, has_card=facts["card"] is not None, card_until=facts["card_until"], birth_date=facts["birth_date"],
                 paused_until=facts["paused_until"], own=own, online_by_month=dict(months), referrals=referrals,
                 waits=facts["waits"], has_mail=facts["has_mail"], override=override, holder=holder, places=places)


def _own(row, day):
    begins = dt.datetime.fromisoformat(row["starts_at"])
    return Own(day, row["specialty"] and UUID(row["specialty"]), UUID(row["reception"]), begins,
               begins + dt.timedelta(minutes=row["minutes"]), row["code"])


def anybody(channel="web", holder="") -> Asker:
    """Any attached patient, for a visitor who has not said who he is: he sees what would be given to one (R13)."""
    return Asker(channel, ANYBODY, has_card=True, holder=holder)
