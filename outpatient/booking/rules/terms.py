"""What the institution's setting makes of the clock."""
from emr import clock
from outpatient.booking.models import BookingSetting
from outpatient.booking.rules import hours
from outpatient.booking.rules.reasons import Terms


def terms_of(row: BookingSetting) -> Terms:
    """What the checks read, at this moment."""
    now = clock.now()
    return Terms(now=now, today=clock.day_of(now), is_open=hours.is_open(row.online_hours, now), horizon_days=row.horizon_days,
                 same_day_online=row.same_day_online, month_limit=row.month_limit, age_from=row.age_from, age_to=row.age_to,
                 needs_card=row.population == BookingSetting.Population.ATTACHED)


def release_of(row: BookingSetting, day):
    """When the coupons kept back for the eve of that day are given out (R24)."""
    return hours.released_at(day, row.release_time, row.online_hours)
