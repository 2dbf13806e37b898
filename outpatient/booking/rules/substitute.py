"""Which free coupon could be given to whom whose coupon is taken back: the nearest in time, none to two people."""
import datetime as dt

DAY = dt.timedelta(days=1)


def distance(wanted: dt.datetime, offered: dt.datetime) -> tuple:
    """How far a time lies from the wanted one: days first, then later that day before another hour."""
    return abs((offered.date() - wanted.date()).days), abs(offered.timestamp() % DAY.total_seconds()
                                                           - wanted.timestamp() % DAY.total_seconds())


def suggestions(hits, free) -> dict:
    """Booking id -> the free coupon nearest to its time; the earlier booking chooses first. `free`: coupons of one specialty."""
    left, found = list(free), {}
    for hit in hits:
        wanted = hit.coupon.starts_at
        left_then = [row for row in left if row.starts_at >= wanted - DAY]
        if not left_then:
            continue
        best = min(left_then, key=lambda row: distance(wanted, row.starts_at))
        left.remove(best)
        found[hit.pk] = best
    return found
