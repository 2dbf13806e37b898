from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class OrderSet(models.Model):
    """A version of a set of orders for one purpose, for some diagnoses and perhaps one department. Never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    conditions = ArrayField(models.CharField(max_length=10), default=list, help_text="Beginnings of ICD-10 codes")
    told_by = models.CharField(max_length=300, blank=True, help_text="Guideline or author the set comes from")
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    is_withdrawn = models.BooleanField(default=False, help_text="This version ends the set: it is not offered any more")

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_row_per_version_of_a_set")]

    def __str__(self):
        return f"{self.name} ({self.version})"


class OrderSetLine(models.Model):
    """One order of a set: a drug with its fields, or a request."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_set = models.ForeignKey("orders.OrderSet", models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    medication = models.ForeignKey("orders.Medication", models.PROTECT, null=True, blank=True, related_name="+")
    # The fields as prescribe_medication (with a drug) or request_service (without) takes them.
    order = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order_set", "position"], name="one_line_per_position_of_a_set")]

    def __str__(self):
        return str(self.medication or self.order.get("text", ""))


class OrderSetUse(models.Model):
    """A set that was applied in a stay or visit: what was left out or changed, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_set = models.ForeignKey("orders.OrderSet", models.PROTECT, related_name="uses")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    left_out = ArrayField(models.PositiveSmallIntegerField(), default=list, help_text="Positions that were not ordered")
    deviation_reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("use of an order set")
        constraints = [
            models.CheckConstraint(name="a_deviation_from_a_set_says_why", condition=Q(left_out=[]) | ~Q(deviation_reason=""))
        ]

    def __str__(self):
        return str(self.order_set)
