"""Entries of the loaded terminologies."""
from django.db.models import Q

from emr.models import Code

MOST_FOUND = 20


def search(text: str, variants=(), *, also=(), systems=None, limit=MOST_FOUND) -> list[Code]:
    """Selectable entries by beginning of the code, else by all words of the text or of one of its variants (folded).

    `variants`: the same text as the other keyboard layout would have written it. `also`: beginnings of codes that the text is
    another word for. Exact codes come first, then those.
    """
    text = (text or "").strip()
    rows = Code.objects.filter(is_selectable=True)
    if systems:
        rows = rows.filter(system__in=systems)
    found = []
    for attempt in dict.fromkeys([text, *variants]):
        as_code = attempt.upper().replace(",", ".").replace(" ", "")
        if len(as_code) >= 2 and any(letter.isdigit() for letter in as_code) and as_code.isascii():
            found += rows.filter(code__startswith=as_code).order_by("code")[:limit]
    for beginning in also:
        found += rows.filter(code__startswith=beginning).order_by("code")[:limit]
    if (also or not found) and len(found) < limit and len(text) >= 3:
        wanted = Q(pk__in=[])
        for attempt in dict.fromkeys(variants):
            words = Q()
            for word in attempt.split():
                words &= Q(search_text__contains=word)
            if attempt:
                wanted |= words
        found += rows.filter(wanted).order_by("code")[:limit]
    return list({row.pk: row for row in found}.values())[:limit]


def by_key(system: str, code: str) -> Code | None:
    """One entry, or None when it is not loaded."""
    return Code.objects.filter(system=system, code=code).first()
