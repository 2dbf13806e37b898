"""Pages of information at the kiosk, written by the institution itself (R81)."""
from django.db.models import Max

from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.models import KioskPage

FIELDS = ("title_en", "title_ru", "title_be", "text_en", "text_ru", "text_be")
LONGEST = 20000


@act("booking.write_kiosk_page")
def write_kiosk_page(page=None, *, by, position=None, is_shown=True, **texts):
    """Write a new page, or another text of one that is there; a page is put away by `is_shown=False`.

    `texts`: title_en, title_ru, title_be, text_en, text_ru, text_be. Raises Malformed, PageNotFound.
    """
    texts = {name: (value or "").strip() for name, value in texts.items() if name in FIELDS}
    fits(KioskPage, **texts)
    if any(len(value) > LONGEST for value in texts.values()):
        raise Malformed(problem=f"text: at most {LONGEST} characters")
    row = KioskPage() if page is None else KioskPage.objects.select_for_update(no_key=True).filter(
        pk=getattr(page, "pk", page)).first()
    if row is None:
        raise errors.PageNotFound()
    for name, value in texts.items():
        setattr(row, name, value)
    if not any(getattr(row, name) for name in FIELDS[:3]):
        raise Malformed(problem="title: the page needs one in some language")
    row.is_shown = is_shown
    row.position = position if position is not None else row.position if page else _last()
    row.save()
    record(row, title=row.title, shown=is_shown)
    return row


def _last():
    return (KioskPage.objects.aggregate(last=Max("position"))["last"] or 0) + 10
