"""One dose on the grid of the sheet, put together by hand: a ward of forty has a thousand, and the template took two thirds of
the time.
"""
from django.utils.html import escape
from django.utils.safestring import mark_safe

from emr.templatetags.emr import icon

SLOT = ('<button type="button" id="d{pk}" class="slot {look} c{hour}"{give} hx-get="{url}" hx-target="#dialog-body" '
        'hx-swap="innerHTML" '
        'aria-label="{clock} {drug} {dose}, {name}: {word}"{title}>{sign}{clock}</button>')
LOOKS = {"next": "due soon", "stopped": "void", "withheld": "held", "missed": "overdue missed"}


def write_slots(people, *, may_give):
    """Give each line of the sheet its doses as HTML (`slots`). All text that people wrote is escaped, once for each line."""
    known = {}  # per page, because words and signs depend on the reader's language and the release
    for person in people:
        name = escape(person.patient.short_name)
        for line in person.lines:
            drug = escape(line.request.medication.name)
            line.slots = mark_safe("".join(_slot(cell, drug, name, may_give, known) for cell in line.cells))


def _slot(cell, drug, name, may_give, known):
    if cell.status not in known:
        known[cell.status] = escape(cell.status_word), icon(cell.icon) if cell.icon else ""
    word, sign = known[cell.status]
    title = f' title="{word}, {escape(cell.fact.performer.short_name)}"' if cell.fact else ""
    return SLOT.format(pk=cell.dose.pk, look=LOOKS.get(cell.status, cell.status), hour=cell.hour, url=cell.url,
                       clock=cell.clock, drug=drug, dose=escape(cell.dose.words), name=name, word=word, sign=sign, title=title,
                       give=" data-give" if may_give and not cell.needs_more else "")
