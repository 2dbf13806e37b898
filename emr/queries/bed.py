"""Beds and who lies in them now, which follows from the places of encounters."""
from django.db.models import Exists, OuterRef

from emr.models import Bed, EncounterLocation


def beds(actor=None, department=None, free=None):
    """Beds of our wards by label, each with `is_taken`; only the free (or taken) ones when asked."""
    present = EncounterLocation.objects.live().filter(bed=OuterRef("pk"), during__upper_inf=True)
    rows = Bed.objects.select_related("room__ward__department").annotate(is_taken=Exists(present)).order_by("label")
    if department:
        rows = rows.filter(room__ward__department=department)
    return rows if free is None else rows.filter(is_taken=not free)
