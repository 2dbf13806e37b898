from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class GrouperVersion(models.Model):
    """A table of case groups with the days of discharge for which it holds (G10). A new table is a new version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    system = models.SlugField(max_length=40, help_text="ms-drg, ksg or a table of one's own")
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [ExclusionConstraint(name="one_version_of_a_grouper_at_a_time", expressions=[
            ("system", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)])]

    def __str__(self):
        return self.name


class CaseGroup(models.Model):
    """A group of cases that cost alike: its weight against the base rate, and how many days such a stay is expected to last."""

    class Care(models.TextChoices):
        INPATIENT = "inpatient", _("In-patient")
        DAY = "day", _("Day hospital")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey("billing.GrouperVersion", models.PROTECT, related_name="groups")
    care = models.CharField(max_length=9, choices=Care, default=Care.INPATIENT)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=400)
    weight = models.DecimalField(max_digits=9, decimal_places=4)
    expected_days = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "care", "code"], name="one_group_of_a_code"),
                       models.CheckConstraint(name="a_weight_is_not_negative", condition=Q(weight__gte=0))]

    def __str__(self):
        return f"{self.code} {self.name}"


class GroupRule(models.Model):
    """Which cases belong to a group.

    A mapping is loaded whole; a corrected one is the next edition, and the newest edition counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey("billing.GrouperVersion", models.PROTECT, related_name="rules")
    edition = models.PositiveSmallIntegerField()
    group = models.ForeignKey("billing.CaseGroup", models.PROTECT, related_name="rules")
    rank = models.PositiveIntegerField(default=100, help_text="The lowest rank that fits decides")
    diagnosis = models.CharField(max_length=40, help_text="Beginning of a diagnosis code; * = any")
    procedure = models.CharField(max_length=60, blank=True, help_text="Beginning of the code of a procedure that must have been "
                                                                      "done")
    age_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Whole years at admission")
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    days_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Bed-days")
    days_to = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["version", "-edition"], name="billing_rule_edition_idx")]

    def __str__(self):
        return f"{self.diagnosis} → {self.group_id}"


class GroupAssignment(models.Model):
    """A person's word on the group of a case, with the reason; without a group the tables decide again. The newest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    version = models.ForeignKey("billing.GrouperVersion", models.PROTECT, related_name="+")
    group = models.ForeignKey("billing.CaseGroup", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    assigned_at = models.DateTimeField(default=clock.now)
    assigned_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="who_groups_by_hand_says_why", condition=~Q(reason=""))]

    def __str__(self):
        return f"{self.encounter_id} {self.group_id}"


class BaseRate(models.Model):
    """What a case of weight 1 is paid or planned at, and the days of discharge for which that holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    system = models.SlugField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=200, help_text="The order or contract it comes from")
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")

    class Meta:
        constraints = [ExclusionConstraint(name="one_base_rate_at_a_time", expressions=[
            ("system", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="a_base_rate_is_not_negative", condition=Q(amount__gte=0))]

    def __str__(self):
        return f"{self.system} {self.amount}"
