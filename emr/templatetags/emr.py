"""Tags and filters of the design system; a builtin library, so no template needs to load it. See docs/design.md."""

import datetime as dt
from functools import lru_cache
from uuid import uuid4

from django import forms, template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from emr import clock
from emr.templatetags import _charts, _marks, _numbers

register = template.Library()
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)

register.simple_tag(_charts.trend, name="trend")
register.simple_tag(_charts.sparkline, name="sparkline")
register.simple_tag(_charts.bars, name="bars")
register.simple_tag(_charts.meter, name="meter")
register.filter("quantity", _numbers.plain)
register.filter("money", _numbers.money)


@register.simple_tag
def icon(name, label="", css=""):
    """An icon of the sprite. Without `label` it is an ornament that screen readers skip."""
    return _svg(name, format_html('role="img" aria-label="{}"', label), css) if label else _ornament(name, css)


def _svg(name, said, css):
    return format_html('<svg class="icon{}" {}><use href="{}#{}"/></svg>', f" {css}" if css else "", said,
                       static("emr/icons.svg"), name)


@lru_cache(maxsize=1000)  # a full ward shows a thousand of some forty
def _ornament(name, css):
    return _svg(name, mark_safe('aria-hidden="true"'), css)


@register.simple_tag
def status(value, label=None, tone=None, icon=None, solid=False, pill=False):
    """A state as icon, word and colour. A TextChoices member brings its own word.

    For a plain string give `label`, or rely on the words of _marks.
    """
    if value in (None, "") and not label:
        return ""
    known_icon, known_tone, word = _marks.mark(value)
    looks = f"is-{tone or known_tone}{' solid' if solid else ''}{' pill' if pill else ''}"
    return format_html('<span class="status {}">{}{}</span>', looks, _ornament(icon or known_icon, ""), label or word)


@register.simple_tag
def field(bound, label=None, unit="", help=None, css="", plain=False):
    """A form field with label, help and errors. `unit` stands at its right; `plain` leaves out "(optional)"."""
    widget = bound.field.widget
    group = isinstance(widget, GROUPS)
    attrs = {"role": "group", "aria-labelledby": f"{bound.auto_id}_label"} if group else {}
    return render_to_string(
        "emr/components/field.html",
        {
            "field": bound,
            "widget": bound.as_widget(attrs=attrs) if attrs else bound,
            "label": label or bound.label,
            "unit": unit,
            "help": bound.help_text if help is None else help,
            "css": css,
            "plain": plain,
            "is_group": group,
            "is_checkbox": isinstance(widget, forms.CheckboxInput),
        },
    )


@register.simple_tag
def request_key():
    """The hidden field that makes sending a form twice do its act once; emr.pages.request_key reads it."""
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid4())


@register.simple_block_tag
def card(content, title="", icon="", count=None, tone="", flush=False, id="", css="", level=2, url="", url_label=""):
    """A card round the content; `flush` for a table or list that touches its edges."""
    return render_to_string(
        "emr/components/card.html",
        {
            "content": content,
            "title": title,
            "icon": icon,
            "count": count,
            "tone": tone,
            "flush": flush,
            "id": id,
            "css": css,
            "level": level,
            "url": url,
            "url_label": url_label,
        },
    )


@register.simple_block_tag
def dialog(content, id, title, wide=False):
    """A dialog opened by any button with data-dialog="ID"."""
    return render_to_string("emr/components/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def dialog_fragment(content, title):
    """What an htmx view returns for the shared dialog (#dialog-body)."""
    return render_to_string("emr/components/dialog_fragment.html", {"content": content, "title": title})


@register.simple_tag
def time_lines(now=None):
    """Hour lines (and the line of the present) of a 24-hour grid row; `now` is a moment or None."""
    minute = None
    if now:
        here = _numbers.local(now)
        minute = here.hour * 60 + here.minute
    return render_to_string("emr/components/time_lines.html", {"minutes": range(0, 1440, 60), "now_minute": minute})


@register.filter
def age(value):
    """Age of a birth date or of a patient (until death)."""
    died = getattr(value, "died_at", None)
    return _numbers.age(
        getattr(value, "birth_date", value) if not isinstance(value, dt.date) else value,
        clock.day_of(died) if died else None,
    )


@register.filter(name="clock")
def clock_filter(value):
    """Hours and minutes in the institution's zone."""
    return _numbers.clock_of(value)


@register.filter
def moment(value, form=""):
    """Time today, day and time otherwise; form "day" always with the day, "full" with the year."""
    return _numbers.full_moment(value) if form == "full" else _numbers.day_and_clock(value, always=form == "day")


@register.filter
def since(value):
    """Minutes, a timedelta, or a past moment as a duration until now."""
    return _numbers.duration(clock.now() - value if isinstance(value, dt.datetime) else value)


@register.filter
def tone(level):
    """The tone of a Django message level."""
    return _marks.LEVELS.get(level, level or "info")


@register.filter
def tone_icon(name):
    """The icon that goes with a tone."""
    return _marks.TONE_ICONS.get(name, "info-circle")
