from django.db import models
from django.db.models import Q

from emr.ids import new_id


class Institution(models.Model):
    """A hospital or polyclinic: our own (exactly one row `is_ours`) or another that we exchange records with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=80)
    is_ours = models.BooleanField(default=False)
    identifier_system = models.CharField(max_length=200, blank=True, help_text="URI under which it issues identifiers")
    identifier = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=60, default="Europe/Minsk")
    currency = models.CharField(max_length=3, default="BYN")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_ours"], condition=Q(is_ours=True), name="one_institution_is_ours")]

    def __str__(self):
        return self.short_name
