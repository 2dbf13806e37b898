"""Lists for those who watch over the record: what was done, who looked. Identifiers only, no health content."""
from emr.models import AccessEntry, AuditSeal, JournalEntry


def entries(*, act="", staff="", day=None):
    """Journal rows newest first; `act`: beginning of its name, `staff`: a personnel code, `day`: institution's day."""
    rows = JournalEntry.objects.select_related("by_staff", "by_patient", "patient").defer("data").order_by("-pk")
    if act:
        rows = rows.filter(act__startswith=act)
    if staff:
        rows = rows.filter(by_staff__code__iexact=staff)
    return rows.filter(at__date=day) if day else rows


def looks(*, patient="", staff="", day=None):
    """Access rows newest first; `patient`: a record number, `staff`: a personnel code, `day`: institution's day."""
    rows = AccessEntry.objects.select_related("by_staff", "by_patient", "patient").order_by("-pk")
    if patient:
        rows = rows.filter(patient__number__iexact=patient)
    if staff:
        rows = rows.filter(by_staff__code__iexact=staff)
    return rows.filter(at__date=day) if day else rows


def last_seals():
    """The newest seal of each stream."""
    return AuditSeal.objects.order_by("stream", "-below_txid").distinct("stream")
