from django.db import models

from emr.ids import new_id


class Bed(models.Model):
    """One bed. Whether it is free or occupied follows from encounter locations and the clock; nothing is stored here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    room = models.ForeignKey("emr.Room", models.PROTECT, related_name="beds")
    label = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ["label"]

    def __str__(self):
        return self.label
