from django.db import models


class Visit(models.Model):
    """What the polyclinic adds to an encounter: why the patient came and what the doctor decided.

    The doctor's text stands in the visit note (Document), diagnoses in Condition, prescriptions in MedicationRequest.
    """

    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, primary_key=True, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    complaint = models.CharField(max_length=500, blank=True)
    is_first = models.BooleanField(default=True, help_text="First visit with this complaint, not a repeat")
    conclusion = models.CharField(max_length=500, blank=True)

    def __str__(self):
        return self.complaint
