"""Geometry of drawings: whole numbers and tenths for SVG attributes; words and colours are the template's.

No binary fractions.
"""
from decimal import Decimal

WIDTH, HEIGHT = 900, 180
TENTH = Decimal("0.1")


def _place(number) -> str:
    return str(Decimal(number).quantize(TENTH))  # text: no template may write its point as a comma


def columns(rows, kinds) -> dict:
    """Stacked columns of (day, kind, value) rows: one column for each day, one piece for each kind, `kinds` in their order."""
    days = sorted({row["day"] for row in rows})
    values = {(row["day"], row["kind"]): row["value"] for row in rows}
    top = max((sum(max(values.get((day, kind), 0), 0) for kind in kinds) for day in days), default=0) or 1
    wide, pieces = Decimal(WIDTH) / max(len(days), 1), []
    for n, day in enumerate(days):
        y = Decimal(HEIGHT)
        for place, kind in enumerate(kinds):
            value = values.get((day, kind), Decimal(0))
            if value > 0:
                high = value * HEIGHT / top
                y -= high
                pieces.append({"x": _place(n * wide + 1), "y": _place(y), "width": _place(max(wide - 2, 1)),
                               "height": _place(high), "tone": place, "day": day, "kind": kind, "value": value})
    step = -(-len(days) // 8) or 1
    marks = [{"x": _place(n * wide + wide / 2), "day": day} for n, day in enumerate(days) if n % step == 0]
    return {"pieces": pieces, "marks": marks, "top": top, "width": WIDTH, "height": HEIGHT, "full": HEIGHT + 18}


def heat(rows) -> dict:
    """A heat map of (department, day, value, beds) rows: a line for each department, a cell for each day, ten steps of fullness.
    """
    departments, days = list(dict.fromkeys(row["department"] for row in rows)), sorted({row["day"] for row in rows})
    wide = min(Decimal(WIDTH - 200) / max(len(days), 1), Decimal(40))
    cells = [{"x": _place(200 + days.index(row["day"]) * wide), "y": departments.index(row["department"]) * 22,
              "width": _place(wide - 1),
              "step": min(10, row["value"] * 10 // row["beds"]) if row["beds"] else (1 if row["value"] else 0), **row}
             for row in rows]
    step = -(-len(days) // 8) or 1
    marks = [{"x": _place(200 + n * wide + wide / 2), "day": day} for n, day in enumerate(days) if n % step == 0]
    lines = [{"y": n * 22 + 14, "name": name} for n, name in enumerate(departments)]
    return {"cells": cells, "lines": lines, "marks": marks, "width": WIDTH, "full": len(departments) * 22 + 18,
            "foot": len(departments) * 22 + 14}


def histogram(values, ends=(1, 2, 3, 5, 7, 10, 14, 21, 30)) -> list[tuple]:
    """How many values are in each step: (words, number), the last step open."""
    steps, low = [], 0
    for end in ends:
        steps.append((f"{low + 1}–{end}" if end > low + 1 else str(end), sum(low < value <= end for value in values)))
        low = end
    return [*steps, (f"> {low}", sum(value > low for value in values))]
