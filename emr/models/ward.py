from django.db import models

from emr.ids import new_id


class Ward(models.Model):
    """A group of rooms that one nurses' station looks after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="wards")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name
