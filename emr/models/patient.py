from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Patient(models.Model):
    """A person we treat. Unknown persons get a temporary identity; two rows of one person are merged, never deleted."""

    class Sex(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    class Precision(models.TextChoices):
        DAY = "day", _("to the day")
        MONTH = "month", _("to the month")
        YEAR = "year", _("to the year")
        ESTIMATE = "estimate", _("estimated")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField("emr.User", models.PROTECT, null=True, blank=True, related_name="patient")
    number = models.CharField(max_length=20, unique=True, help_text="Medical record number of this institution")
    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    patronymic = models.CharField(max_length=120, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    died_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=5, blank=True)
    blood_group = models.CharField(max_length=10, blank=True)
    is_unknown = models.BooleanField(default=False)
    description = models.CharField(max_length=300, blank=True, help_text="What can be seen of an unknown person")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField(default=clock.now)
    # Derived by emr.people.names whenever a name, contact or identifier changes; people are never ordered by collation.
    sort_key = models.CharField(max_length=400, editable=False)
    romanised = models.CharField(max_length=400, editable=False)
    search_text = models.TextField(editable=False)

    class Meta:
        ordering = ["sort_key", "birth_date"]
        constraints = [models.CheckConstraint(name="a_patient_is_not_merged_into_itself",
                                              condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")))]
        indexes = [
            models.Index(OpClass("sort_key", name="varchar_pattern_ops"), name="patient_sort_key_prefix"),
            models.Index(OpClass("romanised", name="varchar_pattern_ops"), name="patient_romanised_prefix"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="patient_search_text"),
            models.Index(fields=["birth_date"]),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self):
        name = " ".join(part for part in (self.family, self.given, self.patronymic) if part)
        return name or self.description or self.number

    @property
    def short_name(self):
        initials = "".join(f" {part[0]}." for part in (self.given, self.patronymic) if part)
        return f"{self.family}{initials}".strip() or self.full_name

    def age_on(self, day):
        """Whole years lived on that day; None when the birth date is unknown or still to come (dates shifted by a sender)."""
        born = self.birth_date
        if not born or born > day:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def age(self):
        return self.age_on(clock.day_of(self.died_at) if self.died_at else clock.today())

    @cached_property
    def role_names(self):
        return {"patient"}

    def may(self, act: str) -> bool:
        """Is this act one that a patient does for himself?"""
        from emr.permissions import allowed

        return act in allowed("patient")

    def as_author(self):
        """How a journal row names this actor."""
        return {"by_patient": self}


class PatientName(models.Model):
    """Another name of the patient: maiden name, earlier name, name in another script."""

    class Use(models.TextChoices):
        OLD = "old", _("earlier")
        MAIDEN = "maiden", _("maiden")
        NICKNAME = "nickname", _("also called")
        OFFICIAL = "official", _("official, other script")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="other_names")
    use = models.CharField(max_length=10, choices=Use)
    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    patronymic = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)
