from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class AccountPatientRows(models.QuerySet):
    def standing(self):
        """Not ended; a child's only until the eighteenth birthday, unless the child confirmed it then (R72)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=clock.today()), ended_at__isnull=True)


class AccountPatient(models.Model):
    """A patient for whom the holder of a login orders coupons and house calls (R72). It opens no chart."""

    class Proof(models.TextChoices):
        IDENTIFIED = "identified", _("personal data entered")
        DOCUMENT = "document", _("document shown at the registry")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("emr.User", models.PROTECT, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    proof = models.CharField(max_length=12, choices=Proof)
    since = models.DateTimeField(default=clock.now)
    until = models.DateField(null=True, blank=True, help_text="The eighteenth birthday of a child; empty once confirmed, and "
                                                              "for adults")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="The patient, grown up, or the registry let it stand")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = AccountPatientRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "patient"], condition=Q(ended_at__isnull=True),
                                    name="a_patient_is_in_an_account_once"),
            models.CheckConstraint(name="an_ended_account_patient_says_why",
                                   condition=Q(ended_at__isnull=True) | ~Q(end_reason="")),
        ]

    def __str__(self):
        return f"{self.account} {self.patient}"
