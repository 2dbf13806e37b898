from django.db import models
from django.db.models import Q

from emr.models.fact import Fact, error_is_explained


class Phrase(Fact):
    """A ready text for notes, with live fields such as {bp} that the record fills (B5, I2). Own, or shared in a department.

    A changed phrase is a new row that names the one it replaces; the former one ends and stays.
    """

    code = models.CharField(max_length=20, help_text="What one types after a dot: bp for .bp")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=4000)
    owner = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the next version took its place")

    class Meta:
        constraints = [
            error_is_explained("phrase"),
            models.CheckConstraint(name="a_phrase_is_own_or_shared",
                                   condition=Q(owner__isnull=True, department__isnull=False)
                                   | Q(owner__isnull=False, department__isnull=True)),
            models.UniqueConstraint(fields=["owner", "code"], name="one_own_phrase_per_code",
                                    condition=Q(ended_at__isnull=True, error_at__isnull=True)),
            models.UniqueConstraint(fields=["department", "code"], name="one_shared_phrase_per_code",
                                    condition=Q(ended_at__isnull=True, error_at__isnull=True)),
        ]

    def __str__(self):
        return f".{self.code}"
