from django.db import models
from django.db.models import Q

from emr.ids import new_id


class ClassMembership(models.Model):
    """A substance, named by its plain name or its ATC code, belongs to a class or is another name of a substance.

    `key` is "system:class" in lower case: fda-epc (established pharmacologic class), fda-cs (chemical structure),
    clinosim, ansm, and substance (another name of the same substance).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    substance = models.CharField(max_length=300, blank=True, help_text="Plain name without its salt, lower case")
    atc = models.CharField(max_length=7, blank=True)
    key = models.CharField(max_length=200)
    told_by = models.CharField(max_length=300, help_text="The named source of the entry")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["substance", "atc", "key"], name="one_membership_per_class"),
            models.CheckConstraint(name="a_membership_names_its_substance", condition=~Q(substance="", atc="")),
        ]
        indexes = [models.Index(fields=["substance"]), models.Index(fields=["atc"])]

    def __str__(self):
        return f"{self.substance or self.atc}: {self.key}"
