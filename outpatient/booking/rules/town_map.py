"""The institutions of a town as marks on a plane, north at the top: the map that the site draws itself (R1).

No tiles and no other host: what is drawn is what the directory knows, see docs/decisions/0007.
"""
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

WIDTH, PAD = 320, 22  # of the drawing, in its own units: pixels on a narrow phone
MARK = 26  # between two middles at least: a fingertip, and a gap
KM_OF_A_DEGREE = 111.2  # of latitude
LEAST_KM = 4  # a town is not drawn larger than this across
SHAPES = {"adult": "round", "children": "square"}  # all others: a diamond


@dataclass(frozen=True)
class Mark:
    """An institution: where its mark stands, and the point it means when marks too close were moved apart."""

    row: object
    x: int
    y: int
    at_x: int
    at_y: int

    @property
    def shape(self):
        return SHAPES.get(self.row.kind, "diamond")

    @property
    def is_moved(self) -> bool:
        return hypot(self.x - self.at_x, self.y - self.at_y) > MARK / 4


@dataclass(frozen=True)
class TownMap:
    """The drawing: its size, its marks, the points of the town's other institutions, how long a kilometre is, whose data it
    shows.
    """

    town: str
    height: int
    marks: list[Mark]
    others: list[tuple[int, int]]
    bar: int
    bar_km: int
    sources: list[str]
    unplaced: int
    width: int = WIDTH


def town_map(found, everywhere) -> TownMap | None:
    """The map of the town in which most of the `found` institutions lie; None when none of them has a place.

    `everywhere`: all institutions, so that the frame of a town stays the same whatever was asked for.
    """
    placed = [row for row in found if row.latitude is not None]
    if not placed:
        return None
    town = Counter((row.region, row.city) for row in placed).most_common(1)[0][0]
    shown = [row for row in placed if (row.region, row.city) == town]
    known = [row for row in everywhere if row.latitude is not None and (row.region, row.city) == town]
    height, unit, points = _projected(tuple((row.latitude, row.longitude) for row in known))
    at = {row.pk: point for row, point in zip(known, points, strict=True)}
    places = _apart(tuple(at[row.pk] for row in shown), height)
    marks = [Mark(row, *place, *at[row.pk]) for row, place in zip(shown, places, strict=True)]
    bar_km = next(km for km in (10, 5, 2, 1) if km * unit < WIDTH / 3 or km == 1)
    own = {row.pk for row in shown}
    return TownMap(shown[0].named("city"), height, marks, [at[row.pk] for row in known if row.pk not in own],
                   round(bar_km * unit), bar_km,
                   sorted({row.placed_from for row in shown} - {""}), unplaced=len(found) - len(shown))


@lru_cache(maxsize=16)
def _projected(places):
    """Height of the drawing, units per kilometre, and each (latitude, longitude) as a point on it."""
    middle = (max(lat for lat, _lon in places) + min(lat for lat, _lon in places)) / 2
    flat = [(lon * KM_OF_A_DEGREE * cos(radians(middle)), lat * KM_OF_A_DEGREE) for lat, lon in places]
    left, top = min(x for x, _y in flat), max(y for _x, y in flat)
    wide, high = max(x for x, _y in flat) - left, top - min(y for _x, y in flat)
    unit = (WIDTH - 2 * PAD) / max(wide, high, LEAST_KM)
    side = (WIDTH - wide * unit) / 2
    return round(high * unit) + 3 * PAD, unit, [(round(side + (x - left) * unit), round(PAD + (top - y) * unit)) for x, y in flat]


@lru_cache(maxsize=64)
def _apart(points, height):
    """The same points, those too close pushed apart, each as little as possible."""
    places = [list(point) for point in points]
    for _turn in range(60):
        moved = False
        for number, one in enumerate(places):
            for other in places[number + 1:]:
                dx, dy = other[0] - one[0], other[1] - one[1]
                gap = hypot(dx, dy)
                if gap < MARK - 0.5:
                    moved, push = True, (MARK - gap) / 2
                    step = (push, 0.0) if gap < 0.1 else (dx / gap * push, dy / gap * push)
                    one[0], one[1], other[0], other[1] = one[0] - step[0], one[1] - step[1], other[0] + step[
                        0], other[1] + step[1]
        for place in places:
            place[0], place[1] = min(max(place[0], MARK / 2), WIDTH - MARK / 2), min(max(place[1], MARK / 2), height - 1.5 * PAD)
        if not moved:
            break
    return [(round(x), round(y)) for x, y in places]
