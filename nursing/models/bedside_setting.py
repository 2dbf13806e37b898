from django.db import models
from django.db.models import F, Q

from emr.ids import new_id


class BedsideSetting(models.Model):
    """How long this institution waits before it asks or tells. Without a row the demo values of the columns hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.OneToOneField("emr.Institution", models.PROTECT, related_name="+")
    effect_after_minutes = models.PositiveSmallIntegerField(default=60,
                                                            help_text="Then it is asked whether a drug as needed helped")
    senior_after_minutes = models.PositiveSmallIntegerField(default=30,
                                                            help_text="A time-critical dose is so late: the senior nurse is told")
    doctor_after_minutes = models.PositiveSmallIntegerField(default=60, help_text="… and the doctor on duty")
    is_demo = models.BooleanField(default=True, help_text="Not decided by the institution: invented for the demonstration")

    class Meta:
        constraints = [models.CheckConstraint(name="the_doctor_is_told_after_the_senior_nurse",
                                              condition=Q(doctor_after_minutes__gte=F("senior_after_minutes")))]

    def __str__(self):
        return f"{self.effect_after_minutes}/{self.senior_after_minutes}/{self.doctor_after_minutes} min"
