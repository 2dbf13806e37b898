"""Which value holds, and from which level: institution, specialty, doctor, reception; the most specific one wins (R26)."""
from dataclasses import dataclass

from outpatient.booking.rules.quota import Share


@dataclass(frozen=True)
class Effective:
    """A value with the level that says it."""

    name: str
    value: int
    level: str  # institution, specialty, doctor, reception


def effective(name: str, *, institution, specialty=None, doctor=None, reception=None) -> Effective:
    """The value of a setting. The levels are rows or None; an empty value means what the level above says."""
    for level, row in (("reception", reception), ("doctor", doctor), ("specialty", specialty)):
        if row is not None and (value := getattr(row, name, None)) is not None:
            return Effective(name, value, level)
    return Effective(name, getattr(institution, name), "institution")


@dataclass(frozen=True)
class Preview:
    """What a share would mean for one reception: how many coupons it opens online, and whether it closes the web (R27, R28)."""

    q: int
    places: int
    cap: int
    left: int
    stay: int  # online bookings that stand already: nobody is thrown out

    @property
    def is_nothing(self) -> bool:
        """So small a share of so few coupons is none (A5)."""
        return self.q > 0 and self.cap == 0

    @property
    def closes(self) -> bool:
        """More is booked online already than the share would allow: the bookings stay, the web closes (R28)."""
        return self.stay > self.cap


def preview(q: int, places: int, *, online: int = 0, others: int = 0) -> Preview:
    """What q % would mean for a reception with so many places, taken online and otherwise."""
    share = Share(places, online, others, q=q, p=100, released=True)
    return Preview(q, places, q * (places - others) // 100, share.online_left, online)
