from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class StockCount(Fact):
    """Somebody counted what lies in a department, lot by lot, and signed; for controlled drugs a second person signed too."""

    class Kind(models.TextChoices):
        FULL = "full", _("Stock-take")
        SHIFT = "shift", _("Shift count of controlled drugs")

    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    counted_at = models.DateTimeField()
    witness = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("stockcount"),
            models.CheckConstraint(name="a_count_is_signed_by_two_people",
                                   condition=Q(witness__isnull=True) | ~Q(witness=F("recorded_by"))),
            models.CheckConstraint(name="a_shift_count_has_its_witness", condition=~Q(kind="shift") | Q(witness__isnull=False)),
        ]
        indexes = [models.Index(fields=["department", "-counted_at"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.counted_at:%Y-%m-%d %H:%M}"


class StockCountLine(models.Model):
    """What was expected of a lot and what was found. A difference has its reason and the move that settles it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    count = models.ForeignKey("orders.StockCount", models.PROTECT, related_name="lines")
    lot = models.ForeignKey("orders.StockLot", models.PROTECT, related_name="+")
    expected = ExactDecimalField(help_text="Sum of the moves at the moment of counting, stock units")
    counted = ExactDecimalField(help_text="Stock units found")
    reason = models.CharField(max_length=200, blank=True)
    move = models.OneToOneField("orders.StockMove", models.PROTECT, null=True, blank=True, related_name="count_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "lot"], name="one_line_per_lot_of_a_count"),
            models.CheckConstraint(name="nothing_or_more_is_counted", condition=Q(counted__gte=0)),
            models.CheckConstraint(
                name="a_difference_is_explained_and_moved",
                condition=Q(counted=F("expected"), move__isnull=True)
                | (~Q(counted=F("expected")) & Q(move__isnull=False) & ~Q(reason=""))),
        ]

    def __str__(self):
        return f"{self.lot}: {self.counted}"

    @property
    def difference(self):
        """What was found more (plus) or less (minus) than expected, stock units."""
        return self.counted - self.expected
