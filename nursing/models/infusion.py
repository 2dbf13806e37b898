from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class InfusionEvent(Fact):
    """What was done about a running infusion: each event names the one it follows, and between two of them is one state.

    What runs now, how much has run and when the bag ends follow from the events and the clock (nursing.rules.infusion). The bag
    of a start or of a change of bags is a given dose (`administration`) with its lot, its witness and its price.
    """

    class Kind(models.TextChoices):
        START = "start", _("started")
        RATE = "rate", _("rate set")
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("goes on")
        BAG = "bag", _("new bag")
        END = "end", _("taken down")

    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    kind = models.CharField(max_length=8, choices=Kind)
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    witness = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    administration = models.OneToOneField("nursing.MedicationAdministration", models.PROTECT, null=True, blank=True,
                                          related_name="+")
    rate = ExactDecimalField(null=True, blank=True, help_text="ml/h from here on (started, rate set, goes on)")
    volume = ExactDecimalField(null=True, blank=True, help_text="Millilitres in the bag that was hung")
    remaining = ExactDecimalField(null=True, blank=True, help_text="Millilitres left in the bag that was taken down, as measured")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("infusionevent"),
            # Of two events that follow the same one only one stands: the order is in one state at a time.
            models.UniqueConstraint(fields=["request", "follows"], condition=Q(error_at__isnull=True), nulls_distinct=False,
                                    name="one_live_infusion_state_per_order"),
            models.CheckConstraint(name="no_infusion_event_in_the_future", condition=Q(happened_at__lte=F("recorded_at"))),
            models.CheckConstraint(name="a_running_infusion_has_its_rate", condition=Q(kind__in=["pause", "bag", "end"],
                                                                                       rate__isnull=True)
                                   | Q(kind__in=["start", "rate", "resume"], rate__gt=0)),
            models.CheckConstraint(name="a_hung_bag_is_a_given_dose", condition=Q(
                kind__in=["start", "bag"], volume__gt=0, administration__isnull=False) | (
                ~Q(kind__in=["start", "bag"]) & Q(volume__isnull=True, administration__isnull=True))),
            models.CheckConstraint(name="what_is_left_is_left_of_a_bag", condition=Q(remaining__isnull=True) | Q(
                kind__in=["bag", "end"], remaining__gte=0)),
            models.CheckConstraint(name="a_paused_infusion_says_why", condition=~Q(kind="pause") | ~Q(reason="")),
            models.CheckConstraint(name="the_witness_of_an_infusion_is_another",
                                   condition=Q(witness__isnull=True) | ~Q(witness=F("performer"))),
        ]
        indexes = [models.Index(fields=["request", "happened_at"])]

    def __str__(self):
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"
