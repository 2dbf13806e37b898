from django.db import models

from emr.ids import new_id


class Throttle(models.Model):
    """How often one client, or anybody for one person, tried within the hour (R53). The key is a digest: it names nobody."""

    class Kind(models.TextChoices):
        CLIENT = "client", "client"
        PERSON = "person", "person"
        CODE = "code", "code"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    tries = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(help_text="Beginning of the hour that is counted")
    not_before = models.DateTimeField(db_index=True, help_text="The next try is heard from this moment")

    def __str__(self):
        return f"{self.kind} {self.tries}"
