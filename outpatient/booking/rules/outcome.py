"""What a simulated policy led to: one row of numbers, and all policies as one picture."""
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 20, 10, 170, 60


@dataclass
class Outcome:
    """What happened under one policy. Times in minutes, the rest persons."""

    policy: str
    coupons: int = 0
    booked: int = 0  # coupons given at any time, those given back included
    online: int = 0  # of them by the visitor himself
    cancelled: int = 0
    missed: int = 0
    seen: int = 0
    walk_ins: int = 0  # of those seen, without a coupon
    refused: int = 0  # asked and were not seen, though they would have come
    idle: int = 0  # of the doctor, within planned time
    over: int = 0  # of the doctor, after it
    waits: list = field(default_factory=list)  # each from his coupon, or from his coming if later, to his entry

    @property
    def wait(self) -> float:
        """Mean minutes of waiting."""
        return sum(self.waits) / len(self.waits) if self.waits else 0.0

    @property
    def longest_tenth(self) -> int:
        """One in ten waits at least so many minutes."""
        return sorted(self.waits)[int(len(self.waits) * 0.9)] if self.waits else 0


COLUMNS = (("seen", "seen"), ("refused", "refused"), ("idle", "idle, min"), ("wait", "wait, min"),
           ("longest_tenth", "1 in 10 waits, min"),
           ("over", "overtime, min"), ("missed", "missed"), ("cancelled", "cancelled"), ("booked", "booked"),
           ("online", "online"), ("walk_ins", "without coupon"))
DRAWN = (("seen", "Seen, persons"), ("refused", "Asked and not seen, persons"), ("idle", "Doctor idle in planned time, minutes"),
         ("wait", "Mean wait, minutes"))


def table(outcomes) -> str:
    """The outcomes as lines of text, one per policy."""
    head = ["policy", *(name for _key, name in COLUMNS)]
    rows = [[outcome.policy, *(_number(getattr(outcome, key)) for key, _name in COLUMNS)] for outcome in outcomes]
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in enumerate(
        zip(row, widths, strict=True)))
                     for row in [head, *rows])


def picture(outcomes) -> str:
    """The outcomes as an SVG picture: one block of bars for each thing that matters, one bar per policy."""
    parts, top = [], 30
    for key, title in DRAWN:
        parts.append(f'<text class="t" x="0" y="{top}">{escape(_(title))}</text>')
        top += 10
        most = max([getattr(outcome, key) for outcome in outcomes] + [1])
        for outcome in outcomes:
            value = getattr(outcome, key)
            long = (WIDTH - LEFT - RIGHT) * value / most
            parts.append(f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(outcome.policy)}</text>'
                         f'<rect x="{LEFT}" y="{top}" width="{long:.1f}" height="{BAR}" rx="2"/>'
                         f'<text x="{LEFT + long + 6:.1f}" y="{top + 15}">{_number(value)}</text>')
            top += BAR + GAP // 2
        top += 26
    style = "text{font:13px sans-serif;fill:#1d2733}.t{font-weight:600}rect{fill:#2b6cb0}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 {WIDTH + 20} {top}" role="img"><style>{style}</style>'
            f'<rect x="-10" y="0" width="{WIDTH + 20}" height="{top}" style="fill:#fff"/>{"".join(parts)}</svg>\n')


def _number(value) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
