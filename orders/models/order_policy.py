from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class OrderPolicy(models.Model):
    """What this institution asks of orders of some drugs: not by word of mouth, or to be verified by a pharmacist.

    The columns say which orders are meant; all that are filled in must hold. `blocks_giving`: no dose before the
    pharmacist has verified it, unless the order is STAT.
    """

    class Kind(models.TextChoices):
        NOT_VERBAL = "not-verbal", _("not by word of mouth")
        VERIFY = "verify", _("verified by a pharmacist")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    atc = models.CharField(max_length=7, blank=True, help_text="Drugs whose ATC code begins so: a class of drugs")
    is_controlled = models.BooleanField(default=False, help_text="Controlled drugs only")
    is_high_risk = models.BooleanField(default=False, help_text="High-alert drugs only")
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    blocks_giving = models.BooleanField(default=False)
    sentence = models.CharField(max_length=300, help_text="Why, as the reader is told")
    told_by = models.CharField(max_length=300, help_text="The named source of the policy")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="Invented for the demonstration; no institution decided it")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="a_policy_says_which_orders", condition=~Q(atc="") | Q(is_controlled=True)
                                   | Q(is_high_risk=True) | Q(department__isnull=False)),
            models.CheckConstraint(name="only_verification_blocks_giving", condition=Q(kind="verify") | Q(blocks_giving=False)),
        ]

    def __str__(self):
        return self.sentence


class OrderSetting(models.Model):
    """Hours this institution gives for signing a verbal order. Without a row the demo value of the column holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.OneToOneField("emr.Institution", models.PROTECT, related_name="+")
    sign_verbal_within_hours = models.PositiveSmallIntegerField(default=24)
    is_demo = models.BooleanField(default=True, help_text="Not decided by the institution: invented for the demonstration")

    def __str__(self):
        return f"{self.sign_verbal_within_hours} h"
