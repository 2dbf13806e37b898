"""What the past visits say about the length of a coupon (R97) and about the online share (R76).

Proposals only: nothing changes by itself.
"""
import math

FEWEST_VISITS, FEWEST_BOOKINGS = 20, 30  # of fewer nothing is concluded
CLOSE = 0.10  # a mean within 10 % of the plan is no reason to change it
# Share of missed online bookings -> online share. The interview of the brief: at 10 to 15 % missed, 20 to 30 % are put online,
# 40 % at most; fewer missed visits allow more (R76). The steps between are ours.
BY_NO_SHOWS = [(0.05, 40), (0.10, 35), (0.125, 30), (0.15, 25), (1.0, 20)]


def suggested_steps(durations, planned: int) -> tuple[float | None, list[int]]:
    """(mean minutes of a visit, steps to consider) of real durations in minutes; no steps when the plan fits or too little is
    known.
    """
    durations = [minutes for minutes in durations if minutes > 0]
    if len(durations) < FEWEST_VISITS:
        return None, []
    mean = sum(durations) / len(durations)
    if abs(mean - planned) <= planned * CLOSE:
        return mean, []
    nearest = math.ceil(mean - 1e-9)
    return mean, [nearest, nearest + 1]


def proposed_share(booked: int, missed: int) -> int | None:
    """The online share that a doctor's own missed online bookings speak for; None when too little is known."""
    if booked < FEWEST_BOOKINGS:
        return None
    return next(share for limit, share in BY_NO_SHOWS if missed / booked <= limit)
