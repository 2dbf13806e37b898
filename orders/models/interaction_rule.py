from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from orders.models.safety_finding import Tier


class InteractionRule(models.Model):
    """Two drugs, or two classes of drugs, that speak against each other; or an allergy that reaches a related class.

    The sides are keys of `ClassMembership` ("clinosim:nsaid", "ansm:antivitamines k"), substances ("substance:warfarin")
    or ATC groups ("atc:m01a"). `severity` is the word of the source, `tier` what this institution makes of it.
    """

    class Kind(models.TextChoices):
        INTERACTION = "interaction", _("interaction")
        CROSS_REACTION = "cross-reaction", _("cross-reaction")  # left: what the patient is allergic to

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=140, unique=True)
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.INTERACTION)
    left = models.CharField(max_length=200, db_index=True)
    right = models.CharField(max_length=200, db_index=True)
    severity = models.CharField(max_length=40)
    tier = models.CharField(max_length=10, choices=Tier)
    sentence = models.TextField()
    told_by = models.CharField(max_length=300, help_text="The named source of the rule")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return f"{self.left} + {self.right}"
