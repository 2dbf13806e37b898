"""What a scanned code names: the wearer of a wristband, the product and lots of a pack."""
from django.db.models import Q, Sum

from emr.models import Patient, PatientIdentifier
from nursing.models import PackCode
from orders.models import Medication, StockLot

BANDS = ("urn:emr:temporary-number", "urn:emr:wristband")  # numbers that a wristband may bear besides the record number


def wearer(code: str) -> Patient | None:
    """Whose wristband this is: by record number, by the number of an unknown patient, by a pre-printed band; joined records
    followed.
    """
    row = Patient.objects.filter(Q(number=code) | Q(pk__in=PatientIdentifier.objects.filter(
        system__in=BANDS, value=code, ended_at__isnull=True).values("patient"))).order_by("merged_into").first()
    return row.merged_into if row and row.merged_into_id else row


def product(gtin: str) -> Medication | None:
    """The product that bears this number, as the pharmacy entered it."""
    row = PackCode.objects.filter(gtin=gtin, ended_at__isnull=True).select_related("medication").first()
    return row and row.medication


def lots(lot_number: str, *, expires_on=None):
    """Lots of this number; of this expiry date where the pack says one."""
    rows = StockLot.objects.filter(lot_number=lot_number).select_related("medication")
    return list(rows.filter(expires_on=expires_on) if expires_on else rows)


def own_lot(pk) -> StockLot | None:
    """The lot of one of our own labels."""
    return StockLot.objects.filter(pk=pk).select_related("medication").first()


def lying_lot(medication, lot_number: str, department, quantity) -> StockLot | None:
    """The lot of this number of which the department still has so many stock units."""
    return StockLot.objects.filter(
        medication=medication, lot_number=lot_number, moves__department=department, moves__error_at__isnull=True).annotate(
        left=Sum("moves__quantity")).filter(left__gte=quantity).order_by("received_at").first()


def pack_codes(actor=None):
    """All pack numbers that hold, by product."""
    return PackCode.objects.filter(ended_at__isnull=True).select_related("medication", "named_by").order_by(
        "medication__name", "gtin")
