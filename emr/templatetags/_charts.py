"""Small drawings in SVG: no script, no style attribute; colours come from the classes of clinical.css."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from emr.templatetags._numbers import clock_of, day_and_clock, plain

LEFT, RIGHT, TOP, BOTTOM = 34, 12, 14, 18


def _scale(low, high, start, end):
    span = (high - low) or 1
    return lambda value: round(start + (float(value) - low) / span * (end - start), 1)


def _ticks(low, high, count=4):
    """Round values for the lines of the grid."""
    raw = (high - low) / count or 1
    magnitude = 10 ** len(str(int(raw))) / 10 if raw >= 1 else 10 ** -len(str(int(1 / raw)))
    step = next((m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw), raw)
    first = -(-low // step) * step
    ticks = []
    while first <= high + step / 1000 and len(ticks) < 12:
        ticks.append(round(first, 6))
        first += step
    return ticks


def _is_out(value, low, high):
    return (low is not None and value < low) or (high is not None and value > high)


def trend(points, low=None, high=None, unit="", label="", width=640, height=170):
    """A line of measurements over time, with the range of normal values behind it.

    points: (moment, number) pairs, oldest first; low and high: limits of normal, either may be None.
    Values out of the range are filled squares with their number: shape and text, not colour alone.
    """
    points = [(at, value) for at, value in points if value is not None]
    if not points:
        return ""
    low, high = (None if limit in ("", None) else float(limit) for limit in (low, high))
    values = [float(value) for _at, value in points] + [limit for limit in (low, high) if limit is not None]
    bottom, top = min(values), max(values)
    margin = (top - bottom) * 0.1 or abs(top) * 0.1 or 1
    bottom, top = bottom - margin, top + margin
    times = [at.timestamp() for at, _value in points]
    x = _scale(times[0], times[-1], LEFT, width - RIGHT) if len(points) > 1 else (lambda _t: width / 2)
    y = _scale(bottom, top, height - BOTTOM, TOP)
    places = [(x(at.timestamp()), y(value)) for at, value in points]
    summary = f"{label}: " + ", ".join(f"{day_and_clock(at)} {plain(value)}" for at, value in points[-8:]) + f" {unit}"
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<polyline class="line" points="{}"/>{}{}</svg>',
        width,
        height,
        summary,
        _range(low, high, y, bottom, top, width),
        _grid(bottom, top, y, width),
        " ".join(f"{px},{py}" for px, py in places),
        _marks(points, places, low, high, unit),
        _hours(points, places, height),
    )


def _range(low, high, y, bottom, top, width):
    if low is None and high is None:
        return ""
    upper, lower = y(top if high is None else high), y(bottom if low is None else low)
    limits = format_html_join(
        "",
        '<line class="limit" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        ((LEFT, width - RIGHT, y(limit), y(limit)) for limit in (low, high) if limit is not None),
    )
    return format_html(
        '<rect class="range" x="{}" y="{}" width="{}" height="{}"/>{}',
        LEFT,
        upper,
        width - LEFT - RIGHT,
        max(round(lower - upper, 1), 0),
        limits,
    )


def _grid(bottom, top, y, width):
    return format_html_join(
        "",
        '<line class="gridline" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, width - RIGHT, y(tick), y(tick), LEFT - 5, y(tick) + 3.5, plain(f"{tick:g}"))
            for tick in _ticks(bottom, top)
        ),
    )


def _marks(points, places, low, high, unit):
    drawn, last = [], len(points) - 1
    for index, ((at, value), (px, py)) in enumerate(zip(points, places, strict=True)):
        out = _is_out(float(value), low, high)
        title = f"{day_and_clock(at)}: {plain(value)} {unit}"
        if out:
            drawn.append(
                format_html(
                    '<rect class="point out" x="{}" y="{}" width="7" height="7"><title>{}</title></rect>',
                    round(px - 3.5, 1),
                    round(py - 3.5, 1),
                    title,
                )
            )
        else:
            drawn.append(
                format_html('<circle class="point" cx="{}" cy="{}" r="3"><title>{}</title></circle>', px, py, title)
            )
        if (out and len(points) <= 24) or index == last:
            drawn.append(
                format_html(
                    '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
                    "out-text" if out else "value",
                    px,
                    round(py - 7, 1),
                    "end" if index == last and last else "middle",
                    plain(value),
                )
            )
    return mark_safe("".join(drawn))


def _hours(points, places, height):
    """At most six times under the axis, with the day where it changes."""
    step = max(1, -(-len(points) // 6))
    rows, day = [], None
    for index in range(0, len(points), step):
        at, px = points[index][0], places[index][0]
        text = clock_of(at) if at.date() == day else day_and_clock(at)
        day = at.date()
        rows.append((px, height - 4, "start" if index == 0 and len(points) > 1 else "middle", text))
    return format_html_join("", '<text x="{}" y="{}" text-anchor="{}">{}</text>', rows)


def sparkline(values, low=None, high=None, label=""):
    """A line of some ten numbers, as high as a word; the last value is marked."""
    values = [float(value) for value in values if value is not None]
    if not values:
        return ""
    x = _scale(0, max(len(values) - 1, 1), 2, 84)
    y = _scale(min(values), max(values), 19, 3)
    out = _is_out(values[-1], None if low in ("", None) else float(low), None if high in ("", None) else float(high))
    return format_html(
        '<svg class="chart spark" viewBox="0 0 88 22" role="img" aria-label="{}"><polyline class="line" points="{}"/>'
        '<circle class="point{}" cx="{}" cy="{}" r="2.25"/></svg>',
        f"{label} {', '.join(plain(f'{v:g}') for v in values)}".strip(),
        " ".join(f"{x(i)},{y(v)}" for i, v in enumerate(values)),
        " out" if out else "",
        x(len(values) - 1),
        y(values[-1]),
    )


def bars(points, unit="", label="", width=640, row=20):
    """Lying bars with their numbers. points: (word, number) or (word, number, tone) rows."""
    points = [(*point, "")[:3] for point in points]
    if not points:
        return ""
    lead = min(width * 0.4, max(len(str(p[0])) for p in points) * 6 + 10)
    x = _scale(0, max(max(float(p[1]) for p in points), 0) or 1, 0, width - lead - 70)
    rows = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<text class="value" x="{}" y="{}">{} {}</text>',
        (
            (
                lead - 6,
                i * row + row * 0.7,
                word,
                tone,
                lead,
                i * row + 3,
                max(x(number), 1),
                row - 6,
                lead + max(x(number), 1) + 5,
                i * row + row * 0.7,
                plain(number),
                unit,
            )
            for i, (word, number, tone) in enumerate(points)
        ),
    )
    return format_html(
        '<svg class="chart bars" width="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        width,
        len(points) * row,
        label,
        rows,
    )


def meter(value, top, tone="", label=""):
    """How full: a short bar; the number must stand beside it as text."""
    share = 0 if not top else max(0, min(1, float(value) / float(top)))
    return format_html(
        '<svg class="chart meter" viewBox="0 0 80 8" role="img" aria-label="{}">'
        '<rect class="track" width="80" height="8" rx="4"/>'
        '<rect class="bar {}" width="{}" height="8" rx="4"/></svg>',
        label or f"{value} / {top}",
        tone,
        round(share * 80, 1),
    )
