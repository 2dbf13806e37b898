"""The catalogue: what can be tested, under which names it may be asked for, and which values are usual."""
import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from emr.models.fields import ExactDecimalField


def said(text: str) -> str:
    """A name without its accidents of writing: `PT-INR`, `PT_INR` and `pt inr` are one."""
    return re.sub(r"[\s_-]+", " ", text or "").strip().lower()


def names_of(*texts: str) -> list[str]:
    """All names in that form, each once, empty ones left out."""
    return list(dict.fromkeys(name for name in map(said, texts) if name))


class LabTest(models.Model):
    """A test that the laboratory can do (FHIR ObservationDefinition)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200, blank=True)
    # Every name under which it may be asked for, as said() writes them; kept by the acts.
    known_as = ArrayField(models.CharField(max_length=200), default=list, editable=False)
    loinc = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=40, blank=True, help_text="UCUM")
    si_unit = models.CharField(max_length=40, blank=True)
    si_factor = ExactDecimalField(null=True, blank=True)
    specimen_kind = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class LabPanel(models.Model):
    """Tests that are ordered together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    known_as = ArrayField(models.CharField(max_length=200), default=list, editable=False)
    tests = models.ManyToManyField("laboratory.LabTest", related_name="panels")

    def __str__(self):
        return self.name


class ReferenceRange(models.Model):
    """Which values are usual, for whom, from which day, according to which source. A lab replaces the shipped ones."""

    class Sex(models.TextChoices):
        ANY = "", _("any")
        MALE = "male", _("male")
        FEMALE = "female", _("female")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    test = models.ForeignKey("laboratory.LabTest", models.PROTECT, related_name="ranges")
    sex = models.CharField(max_length=6, choices=Sex, blank=True)
    age_from_days = models.PositiveIntegerField(default=0)
    age_to_days = models.PositiveIntegerField(null=True, blank=True)
    low = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    critical_low = ExactDecimalField(null=True, blank=True)
    critical_high = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["test", "sex"])]

    def __str__(self):
        return f"{self.test} {self.low}–{self.high} {self.unit}"
