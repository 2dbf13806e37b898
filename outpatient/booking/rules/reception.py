"""How a reception is cut into coupons."""
import datetime as dt

LONGEST = dt.timedelta(hours=16)
SHORTEST_COUPON, LONGEST_COUPON = 3, 240  # minutes


def coupon_times(starts_at: dt.datetime, ends_at: dt.datetime, minutes: int) -> list[dt.datetime]:
    """When each coupon begins: one after the other, and the last one still ends within the reception."""
    step, times = dt.timedelta(minutes=minutes), []
    while starts_at + step <= ends_at:
        times.append(starts_at)
        starts_at += step
    return times
