from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from emr.ids import new_id


def share(default=None):
    """A share in percent; empty = what the level above says."""
    return models.PositiveSmallIntegerField(null=default is None, blank=default is None, default=default)


def is_a_share(noun):
    """Both quotas of a level lie between 0 and 100 %."""
    return [models.CheckConstraint(name=f"{noun}_{name}_is_a_share",
                                   condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": 100}))
            for name in ("quota_online", "quota_advance")]


class Specialty(models.Model):
    """What a doctor is asked for: the level at which coupons are published, shared out and limited (R7, R26, R37, R69)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120, blank=True)
    name_be = models.CharField(max_length=120, blank=True)
    is_published = models.BooleanField(default=True, help_text="Shown to the public (R7)")
    needs_referral = models.BooleanField(default=False, help_text="The first visit needs a referral of the local doctor (R37)")
    by_district = models.BooleanField(default=False, help_text="Has district doctors (R69)")
    quota_online = share()
    quota_advance = share()
    step_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = is_a_share("specialty")

    def __str__(self):
        return getattr(self, f"name_{(get_language() or '')[:2]}", "") or self.name
