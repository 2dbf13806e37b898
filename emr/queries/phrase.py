"""Phrases that somebody may use: the own ones, and those shared in the own departments."""
from django.db.models import Q

from emr.errors import NotFound
from emr.models import Phrase


def usable(actor):
    """Phrases in use that the actor may insert, by code; the own ones before shared ones of the same code."""
    return Phrase.objects.live().filter(Q(owner=actor.pk) | Q(department__in=actor.department_ids),
                                        ended_at__isnull=True).select_related(
        "owner", "department", "recorded_by").order_by("code", "department__name")


def by_code(actor) -> dict:
    """Code -> phrase; an own phrase wins over a shared one."""
    return {row.code: row for row in sorted(usable(actor), key=lambda row: row.owner_id is not None)}


def usable_phrase(actor, phrase_id) -> Phrase:
    """One of the phrases that the actor may use. Raises NotFound."""
    row = usable(actor).filter(pk=phrase_id).first()
    if row is None:
        raise NotFound()
    return row
