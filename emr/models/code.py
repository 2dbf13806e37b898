from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from emr.ids import new_id


class Code(models.Model):
    """One entry of a loaded terminology (ICD-10, LOINC …), with its titles. Loaded by `load_codes`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    system = models.CharField(max_length=120, help_text="URI of the code system")
    code = models.CharField(max_length=40)
    parent = models.CharField(max_length=40, blank=True)
    title_en = models.CharField(max_length=500, blank=True)
    title_ru = models.CharField(max_length=500, blank=True)
    title_be = models.CharField(max_length=500, blank=True)
    is_selectable = models.BooleanField(default=True)
    search_text = models.TextField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="one_title_per_code")]
        indexes = [GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="code_search_text"),
                   models.Index(OpClass("code", name="varchar_pattern_ops"), name="code_prefix")]

    def __str__(self):
        return f"{self.code} {self.title_en or self.title_ru}"
