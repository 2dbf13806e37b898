"""People who want to see a doctor, drawn by chance from one seed: when they ask, by which channel, whether and when they come.

For simulations only. Every number that is an assumption says so; the others name their source. The same seed gives the same
people under every policy, so that policies differ by nothing else.
"""
import random
from dataclasses import dataclass, field

# The brief: 10 to 15 % of online bookings are missed (spec booking R100). `rates_by_lead` of a file replaces it.
MISSED = 0.125
# A reminder that says what a visit costs lowers missed visits from 11.1 to 8.4 % (Hallsworth 2015). That those who would have
# been missed say so on the eve, instead of coming after all, is our assumption.
HEEDED = 1 - 8.4 / 11.1
ACCEPTED = 0.45  # replies to offers of a waiting list (North 2025)
MINUTES = {5: 6, 10: 3, 20: 1}  # real visits take 5, 10, 20 minutes (R97); how often each is our assumption: 8 minutes on average
EARLY, SPREAD = 12, 9  # minutes before the coupon, and their deviation: assumption within A18's advice of 20 minutes
IN_BUILDING, WEB = 0.25, 0.6  # come without a coupon on the day; of the others, ask online: assumptions
LONGEST_LEAD = 14  # days (A10)


@dataclass(frozen=True)
class World:
    """How many days and coupons, how much more is asked for than there is, and the chances."""

    days: int = 5
    start_hour: int = 8
    coupons: int = 34
    minutes: int = 7
    load: float = 1.4  # persons per coupon: assumption
    seed: int = 1
    missed_by_lead: dict = field(default_factory=dict)  # lead in days -> share that does not come


@dataclass(frozen=True)
class Wish:
    """One person who wants to be seen on one day."""

    number: int
    day: int  # 0 = the first day of the simulation
    lead: int  # days before that day on which he asks; 0 = he stands in the building
    hour: float  # of the day on which he asks
    online: bool
    comes: bool
    heeds: bool  # reminded on the eve, he cancels what he would have missed
    accepts: bool  # takes what the waiting list offers
    early: int  # minutes before his coupon at which he comes; negative = late
    visit: int  # minutes in the office


def wishes(world: World) -> list[Wish]:
    """All the people of the simulation, by day and by the moment at which they ask."""
    chance, found = random.Random(world.seed), []
    for day in range(world.days):
        for _ in range(round(world.coupons * world.load)):
            found.append(_wish(chance, world, len(found), day))
    return sorted(found, key=lambda wish: (wish.day - wish.lead, wish.hour, wish.number))


def _wish(chance, world, number, day) -> Wish:
    lead = 0 if chance.random() < IN_BUILDING else chance.randint(1, LONGEST_LEAD)
    missed = world.missed_by_lead.get(lead, MISSED)
    return Wish(number, day, lead, hour=chance.uniform(world.start_hour - 0.5, world.start_hour + 3) if not lead
                else chance.uniform(8, 20),
                online=chance.random() < WEB, comes=not lead or chance.random() >= missed, heeds=chance.random() < HEEDED,
                accepts=chance.random() < ACCEPTED, early=round(chance.gauss(EARLY, SPREAD)),
                visit=chance.choices(list(MINUTES), MINUTES.values())[0])


def rates_by_lead(rows) -> dict:
    """Lead in days -> share missed, of the rows `lead_band` of a table with factor, value, no_show_rate; bands such as 4-7, 61+.
    """
    found = {}
    for row in rows:
        if row["factor"] == "lead_band":
            first, _, last = row["value"].rstrip("+").partition("-")
            for lead in range(int(first), min(int(last or first), LONGEST_LEAD) + 1):
                found[lead] = float(row["no_show_rate"])
    return found
