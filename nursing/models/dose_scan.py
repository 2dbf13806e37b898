from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id


class DoseScan(models.Model):
    """What was scanned when a dose was given, and why something could not be (P10).

    A given dose without a row was not scanned.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    administration = models.OneToOneField("nursing.MedicationAdministration", models.PROTECT, related_name="scan")
    wristband = models.BooleanField(default=False)
    pack = models.BooleanField(default=False)
    gtin = models.CharField(max_length=14, blank=True)
    lot_number = models.CharField(max_length=60, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    serial = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it could not be scanned: a code of the list, or words")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="a_scan_says_something",
                                              condition=Q(wristband=True) | Q(pack=True) | ~Q(reason=""))]

    def __str__(self):
        return self.gtin or self.lot_number or self.reason


class PackCode(models.Model):
    """Which product of the formulary bears this number on its pack (GS1 GTIN, 14 digits)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gtin = models.CharField(max_length=14)
    medication = models.ForeignKey("orders.Medication", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    named_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gtin"], condition=Q(ended_at__isnull=True), name="one_product_per_pack_code"),
            models.CheckConstraint(name="a_pack_code_ends_after_it_begins",
                                   condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since"))),
        ]

    def __str__(self):
        return self.gtin
