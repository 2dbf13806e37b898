from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from emr.ids import new_id


class KioskPage(models.Model):
    """A page of information that the kiosk shows, written by the institution in its languages (R81)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveSmallIntegerField(default=100, help_text="The lower number stands first")
    title_en = models.CharField(max_length=120, blank=True)
    title_ru = models.CharField(max_length=120, blank=True)
    title_be = models.CharField(max_length=120, blank=True)
    text_en = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_be = models.TextField(blank=True)
    is_shown = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(name="a_kiosk_page_has_a_title",
                                              condition=~Q(title_en="", title_ru="", title_be=""))]

    def __str__(self):
        return self.title

    @property
    def title(self):
        """In the reader's language, else in the one it was written in."""
        return self._in("title")

    @property
    def text(self):
        """In the reader's language, else in the one it was written in."""
        return self._in("text")

    def _in(self, name):
        asked = (get_language() or "")[:2]
        return next((text for code in (asked, "ru", "be", "en") if (text := getattr(self, f"{name}_{code}", ""))), "")
