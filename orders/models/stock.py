from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class StockLot(models.Model):
    """A delivery of one product with one lot number, expiry date and unit cost. What is left = the sum of its moves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    medication = models.ForeignKey("orders.Medication", models.PROTECT, related_name="lots")
    lot_number = models.CharField(max_length=60)
    expires_on = models.DateField()
    unit_cost = models.DecimalField(max_digits=14, decimal_places=4, help_text="Per stock unit, institution's currency")
    supplier = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["expires_on"]
        constraints = [
            models.UniqueConstraint(fields=["medication", "lot_number", "unit_cost"], name="one_row_per_lot_and_price"),
            models.CheckConstraint(name="a_lot_costs_nothing_or_more", condition=Q(unit_cost__gte=0)),
        ]

    def __str__(self):
        return f"{self.lot_number} ({self.expires_on:%m.%Y})"


class StockMove(Fact):
    """So many units of a lot came into or left a department. Never edited; an error is undone by its mirror."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Received")
        ISSUE = "issue", _("Issued to a ward")
        GIVEN = "given", _("Given")
        WASTE = "waste", _("Wasted")
        RETURN = "return", _("Returned")
        COUNT = "count", _("Stock-take difference")
        MIRROR = "mirror", _("Undone")

    lot = models.ForeignKey("orders.StockLot", models.PROTECT, related_name="moves")
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    quantity = ExactDecimalField(help_text="Stock units; plus = came in, minus = left")
    happened_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    # For whom it was taken, and who saw it done: the lines of the controlled-drug register.
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, blank=True, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")
    witness = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    mirrors = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="mirrored_by")
    # An issue or return is two moves: what came in here points to what left there.
    issued_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="issued_to")
    # Waste of what remained of the unit that was opened for this dose.
    rest_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="rests")

    class Meta:
        constraints = [
            error_is_explained("stockmove"),
            models.CheckConstraint(name="a_stock_move_moves_something", condition=~Q(quantity=0)),
            models.CheckConstraint(name="stock_does_not_move_in_the_future", condition=Q(happened_at__lte=F("recorded_at"))),
            models.CheckConstraint(name="the_witness_of_a_stock_move_is_another",
                                   condition=Q(witness__isnull=True) | ~Q(witness=F("recorded_by"))),
            models.CheckConstraint(name="only_waste_is_the_rest_of_a_dose", condition=Q(rest_of__isnull=True) | Q(kind="waste")),
        ]
        indexes = [models.Index(fields=["lot", "department"])]

    def __str__(self):
        return f"{self.kind} {self.quantity}"

    @property
    def taken(self):
        """How much went out, without its sign."""
        return -self.quantity

    @property
    def leaves_rest(self):
        """Did this dose open a unit of which something is still there? Rows as `orders.queries.stock.with_rests` gives them."""
        return self.kind == self.Kind.GIVEN and (self.quantity - self.rest_wasted) % 1 != 0
