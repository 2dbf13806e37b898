from decimal import Decimal
from functools import cache

from django.db import models
from django.db.models import F, Q
from django.utils import translation

from billing.models.tariff import Tariff
from emr import clock
from emr.ids import new_id
from emr.models import Encounter
from emr.models.fields import ExactDecimalField
from nursing.models import CarePlan

SOURCE_LANGUAGE = "en"


@cache
def own_words() -> set[str]:
    """The words of the house that texts of lines begin with: kinds of visits and of care, in the source language."""
    with translation.override(SOURCE_LANGUAGE):
        return {str(label) for kinds in (Encounter.Kind, CarePlan.Kind) for label in kinds.labels}


def in_reader_words(text: str) -> str:
    """The text of a line as its reader says it: the house's own word translated, names and what was typed as they are."""
    word, colon, rest = text.partition(": ")
    return f"{translation.gettext(word)}{colon}{rest}" if word in own_words() else text


class ChargeItem(models.Model):
    """One line of the ledger: what an executed fact cost. Posted lines are never changed (trigger); errors get a mirror.

    `source_kind`, `source_id` and `source_part` name the fact: a dose given, a bed-day (part = its date), a result. `occurred_on`
    is the day of the fact; `booked_on` the day on which the books have it, later when the month of the fact was already closed.
    `text` is in the source language; `said` is what people read.
    The database holds amount = round(quantity × unit price × (100 − discount) / 100, 2).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("billing.Account", models.PROTECT, related_name="items")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Tariff.Kind)
    code = models.CharField(max_length=80, blank=True, help_text="What prices are asked for by: department, test, product, grade")
    text = models.CharField(max_length=300)
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    performer = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    source_part = models.CharField(max_length=20, blank=True)
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0), help_text="Per cent")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    tariff = models.ForeignKey("billing.Tariff", models.PROTECT, null=True, blank=True, related_name="+")
    lot = models.ForeignKey("orders.StockLot", models.PROTECT, null=True, blank=True, related_name="+")
    occurred_on = models.DateField(help_text="The institution's day on which the fact happened")
    booked_on = models.DateField(help_text="The day of the books: in a month that was open when the line was posted")
    posted_at = models.DateTimeField(default=clock.now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "source_part"], condition=Q(reverses__isnull=True),
                                    name="one_charge_per_fact"),
            models.CheckConstraint(name="a_charge_is_priced_by_tariff_or_lot", condition=Q(tariff__isnull=False)
                                   | Q(lot__isnull=False)),
            models.CheckConstraint(name="a_line_is_not_booked_before_it_happened", condition=Q(booked_on__gte=F("occurred_on"))),
            models.CheckConstraint(name="a_line_lets_off_a_part", condition=Q(discount__gte=0, discount__lte=100)),
        ]
        indexes = [models.Index(fields=["account", "occurred_on"]), models.Index(fields=["occurred_on"]),
                   models.Index(fields=["booked_on"], name="billing_cha_booked__idx"),
                   models.Index(fields=["source_id"], name="billing_cha_source__idx"),
                   models.Index(fields=["patient"])]

    def __str__(self):
        return f"{self.text} {self.amount}"

    @property
    def said(self):
        """Its text in the reader's language."""
        return in_reader_words(self.text)


class ChargeShare(models.Model):
    """The part of a line that a second payer takes; the rest stays with the payer of the line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.OneToOneField("billing.ChargeItem", models.PROTECT, related_name="share")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    def __str__(self):
        return f"{self.payer_id} {self.amount}"
