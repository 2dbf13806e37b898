from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class MedicationRequest(Fact):
    """A medication order. Its text is never edited: to change it is to stop it and prescribe its successor.

    Status follows from the times: active, on hold (see MedicationHold), stopped, completed, entered in error.
    """

    class Category(models.TextChoices):
        INPATIENT = "inpatient", _("In the institution")
        DISCHARGE = "discharge", _("On discharge")
        COMMUNITY = "community", _("Prescription")

    class Priority(models.TextChoices):
        ROUTINE = "routine", _("routine")
        URGENT = "urgent", _("urgent")
        ASAP = "asap", _("as soon as possible")
        STAT = "stat", _("at once")

    class Event(models.TextChoices):
        AFTER_OPERATION = "after-operation", _("after the operation")
        ON_WARD = "on-ward", _("on admission to the ward")
        WHEN_STARTED = "when-started", _("when a nurse or doctor starts it")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    category = models.CharField(max_length=12, choices=Category, default=Category.INPATIENT)
    medication = models.ForeignKey("orders.Medication", models.PROTECT, related_name="+")
    dose = ExactDecimalField(null=True, blank=True)
    dose_unit = models.CharField(max_length=20, blank=True)
    dose_text = models.CharField(max_length=200, blank=True, help_text="When the dose is no number: 2 puffs, thin layer")
    route = models.CharField(max_length=20, blank=True)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.ROUTINE)
    # The timing rule; `orders.rules.timing` turns it into planned doses. Example {"every_hours": 6} or {"times": ["08:00"]}
    timing = models.JSONField(default=dict)
    timing_text = models.CharField(max_length=120, blank=True)
    # A staged dose (`orders.rules.stages`): [{"dose": "40", "days": 3}, …]; `dose` is then the highest of them.
    stages = models.JSONField(default=list, blank=True)
    # A dose that follows from a value (`orders.rules.scale`): code, unit, age limit, bands; `dose` is then the highest band's.
    scale = models.JSONField(default=dict, blank=True)
    as_needed = models.BooleanField(default=False)
    as_needed_for = models.CharField(max_length=200, blank=True)
    max_per_day = models.PositiveIntegerField(null=True, blank=True)
    min_interval_minutes = models.PositiveIntegerField(null=True, blank=True)
    indication = models.CharField(max_length=300, blank=True)
    instructions = models.CharField(max_length=500, blank=True)
    prescriber = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    authored_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    # An order that waits for an event has no doses and no end until `event_at` is told; then it begins at that moment.
    starts_on = models.CharField(max_length=20, choices=Event, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    days_from_event = models.PositiveIntegerField(null=True, blank=True)
    auto_stop = models.ForeignKey("orders.AutoStopRule", models.PROTECT, null=True, blank=True, related_name="+",
                                  help_text="The rule of the institution that ends the order, where its author named no end")
    planned_until = models.DateTimeField(null=True, blank=True, help_text="Doses are planned up to here (rolling horizon)")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    stop_reason = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    # The policy by which a pharmacist verifies it (null: none asks for it), and whether no dose is given before.
    verified_by_policy = models.ForeignKey("orders.OrderPolicy", models.PROTECT, null=True, blank=True, related_name="+")
    waits_for_verification = models.BooleanField(default=False)

    class Meta:
        constraints = [
            error_is_explained("medicationrequest"),
            models.CheckConstraint(name="an_order_ends_after_it_begins",
                                   condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at"))),
            models.CheckConstraint(name="an_order_says_how_much",
                                   condition=(Q(dose__isnull=False) & ~Q(dose_unit="")) | ~Q(dose_text="")),
            models.CheckConstraint(name="a_stopped_order_says_why", condition=Q(stopped_at__isnull=True)
                                   | (Q(stopped_by__isnull=False) & ~Q(stop_reason=""))),
            models.CheckConstraint(name="an_order_as_needed_has_its_limits", condition=Q(as_needed=False)
                                   | (~Q(as_needed_for="") & Q(max_per_day__isnull=False, min_interval_minutes__isnull=False))
                                   | ~Q(category="inpatient")),
            models.CheckConstraint(name="only_an_order_on_an_event_is_begun_by_one",
                                   condition=~Q(starts_on="") | Q(event_at__isnull=True, days_from_event__isnull=True)),
            models.CheckConstraint(name="an_order_has_stages_or_a_scale", condition=Q(stages=[]) | Q(scale={})),
        ]
        indexes = [models.Index(fields=["encounter", "starts_at"]), models.Index(fields=["patient", "-authored_at"]),
                   models.Index(fields=["planned_until"], name="orders_to_plan_on",
                                condition=Q(stopped_at__isnull=True, error_at__isnull=True))]

    def __str__(self):
        return f"{self.medication} {self.dose_words} {self.route} {self.timing_text}".strip()

    @property
    def dose_words(self):
        """How much, in one short phrase: 500 mg · 40–30–20 mg (stages) · 0–6 IU by glucose (scale) · the words of the order."""
        if self.stages:
            return f"{'–'.join(stage['dose'] for stage in self.stages)} {self.dose_unit}"
        if self.scale:
            doses = sorted((band["dose"] for band in self.scale["bands"]), key=Decimal)
            name = _now("glucose") if self.scale["name"] == "glucose" else self.scale["name"]
            return _now("{least}–{most} {unit} by {name}").format(least=doses[0], most=doses[-1], unit=self.dose_unit, name=name)
        return f"{self.dose} {self.dose_unit}" if self.dose is not None else self.dose_text

    @property
    def is_waiting(self):
        """Does it wait for the event that begins it?"""
        return bool(self.starts_on) and self.event_at is None


class MedicationHold(Fact):
    """A pause of an order, open until it is resumed. Doses due inside it are not to be given."""

    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="holds")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            error_is_explained("medicationhold"),
            models.UniqueConstraint(fields=["request"], name="one_open_hold_per_order",
                                    condition=Q(until__isnull=True, error_at__isnull=True)),
        ]

    def __str__(self):
        return self.reason
