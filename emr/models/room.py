from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class Room(models.Model):
    """A room of a ward, with who may lie in it."""

    class Sex(models.TextChoices):
        ANY = "any", _("Any")
        MALE = "male", _("Men")
        FEMALE = "female", _("Women")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ward = models.ForeignKey("emr.Ward", models.PROTECT, related_name="rooms")
    code = models.CharField(max_length=20)
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.ANY)
    is_isolation = models.BooleanField(default=False)

    class Meta:
        ordering = ["ward", "code"]
        constraints = [models.UniqueConstraint(fields=["ward", "code"], name="one_room_per_code_and_ward")]

    def __str__(self):
        return self.code
