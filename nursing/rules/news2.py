"""The National Early Warning Score 2.

Source and acknowledgement: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the
assessment of acute-illness severity in the NHS. London: RCP, 2017; the table is reproduced with acknowledgement. For
persons of 16 years and more, not in pregnancy. Scale 2 of oxygen saturation only where a doctor has set 88-92 % as target.
"""
import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FROM_AGE, HOUR = 16, dt.timedelta(hours=1)
# parameter -> (step to which a value is rounded, ((first value of the band, points), …)); the first band has no lower end.
BANDS = {
    "respiratory_rate": (1, ((0, 3), (9, 1), (12, 0), (21, 2), (25, 3))),
    "spo2_scale1": (1, ((0, 3), (92, 2), (94, 1), (96, 0))),
    "spo2_scale2_on_air": (1, ((0, 3), (84, 2), (86, 1), (88, 0))),
    "spo2_scale2_on_oxygen": (1, ((0, 3), (84, 2), (86, 1), (88, 0), (93, 1), (95, 2), (97, 3))),
    "systolic": (1, ((0, 3), (91, 2), (101, 1), (111, 0), (220, 3))),
    "heart_rate": (1, ((0, 3), (41, 1), (51, 0), (91, 1), (111, 2), (131, 3))),
    "temperature": ("0.1", ((0, 3), ("35.1", 1), ("36.1", 0), ("38.1", 1), ("39.1", 2))),
}
CONSCIOUSNESS = {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}
OXYGEN = 2
NEEDED = ("respiratory_rate", "spo2", "oxygen", "systolic", "heart_rate", "consciousness", "temperature")


@dataclass(frozen=True)
class Score:
    """Points of each parameter, their sum, and the clinical risk that the table gives them."""

    points: dict
    total: int
    risk: str  # low, low-medium (one parameter at 3), medium (5-6), high (7 and more)


def band(parameter: str, value) -> int:
    """Points of one value; it is rounded half up to the table's own step first, so that no value falls between bands."""
    step, limits = BANDS[parameter]
    rounded = Decimal(str(value)).quantize(Decimal(str(step)), ROUND_HALF_UP)
    return [points for first, points in limits if rounded >= Decimal(str(first))][-1]


def score(values: dict, scale: int = 1) -> Score | None:
    """The score of one round; None when a parameter is missing. `values` as in rules.vitals, `scale` 1 or 2."""
    if any(values.get(name) is None for name in NEEDED):
        return None
    oxygen = bool(values["oxygen"])
    spo2 = "spo2_scale1" if scale == 1 else "spo2_scale2_on_oxygen" if oxygen else "spo2_scale2_on_air"
    points = {name: band(name, values[name]) for name in ("respiratory_rate", "systolic", "heart_rate", "temperature")}
    points |= {"spo2": band(spo2, values["spo2"]), "oxygen": OXYGEN if oxygen else 0,
               "consciousness": CONSCIOUSNESS[values["consciousness"]]}
    total = sum(points.values())
    return Score(points, total, risk(total, max(points.values())))


def risk(total: int, highest: int) -> str:
    """Clinical risk: 7 and more high, 5-6 medium, one parameter at 3 low-medium, else low."""
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low-medium" if highest == 3 else "low"


@dataclass(frozen=True)
class Pace:
    """How soon after a score the next is asked for: due from `first`, late from `latest`; or watched without a break."""

    first: dt.timedelta
    latest: dt.timedelta
    continuous: bool = False


def pace(total: int, risk: str) -> Pace:
    """How often to measure, by the RCP's "clinical response to the NEWS2 trigger thresholds" (chart 4 of the report).

    0: at least every 12 hours; 1-4: every 4 to 6 hours; 3 in one parameter, or 5-6: every hour; 7 and more: continuous
    monitoring, of which the hourly round of the step below is the least that is written down.
    """
    if total >= 7:
        return Pace(HOUR, HOUR, continuous=True)
    if total >= 5 or risk == "low-medium":
        return Pace(HOUR, HOUR)
    return Pace(4 * HOUR, 6 * HOUR) if total else Pace(12 * HOUR, 12 * HOUR)
