from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from emr.ids import new_id


class Street(models.Model):
    """A street of the directory with the names it had before (R50), or a village that has no streets (R48)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    settlement = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    former_names = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    no_streets = models.BooleanField(default=False, help_text="The whole settlement: its houses have numbers only")

    class Meta:
        ordering = ["settlement", "name"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "name"], name="one_street_per_name"),
            models.CheckConstraint(name="a_street_has_a_name_or_the_village_has_none", condition=Q(no_streets=True, name="")
                                   | (Q(no_streets=False) & ~Q(name=""))),
        ]

    def __str__(self):
        return f"{self.settlement}, {self.name}" if self.name else self.settlement

    @property
    def names(self):
        """Every name under which it may stand in a record; none in a village without streets."""
        return (self.name, *self.former_names) if self.name else ()
