"""Who waits for a coupon, in the order in which freed ones are offered; and what was offered."""
from django.db.models import Exists, OuterRef, Q

from emr.errors import NotFound
from emr.models import Patient
from outpatient.booking.models import Booking, WaitingEntry
from outpatient.booking.queries.account import in_account

OFFERED = "waiting:"


def waiting():
    """Entries that have not ended: the medically urgent first, then who has waited longest."""
    return WaitingEntry.objects.filter(ended_at__isnull=True).select_related("patient", "specialty", "doctor").order_by(
        "-priority", "since", "pk")


def visible(actor):
    """Entries that this actor may change: of his account; all for staff."""
    return waiting().filter(in_account(actor)) if isinstance(actor, Patient) else waiting()


def one(actor, pk) -> WaitingEntry:
    """One such entry. Raises NotFound."""
    row = visible(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def entries(actor, *, specialty=None):
    """The list as the registry reads it, of one specialty where asked."""
    rows = visible(actor)
    return rows.filter(specialty=specialty) if specialty else rows


def for_reception(reception):
    """Entries that a coupon of this reception could satisfy."""
    return WaitingEntry.objects.filter(Q(doctor__isnull=True) | Q(doctor=reception.doctor_id), specialty__isnull=False,
                                       specialty=reception.specialty_id, ended_at__isnull=True)


def offers_of(actor):
    """Coupons that are kept for the actor's account by the waiting list now, the one that ends first at the top."""
    return Booking.objects.standing().filter(in_account(actor), holder__startswith=OFFERED,
                                             held_until__isnull=False).select_related(
        "patient", "specialty", "coupon__reception__doctor", "coupon__reception__department").order_by("held_until")


def offered_to(holder) -> set:
    """Coupons that were offered to this entry already, whatever became of it."""
    return set(Booking.objects.filter(holder=holder).values_list("coupon", flat=True))


def has_offer(entry) -> bool:
    """Is a coupon kept for this entry now?"""
    return Booking.objects.standing().filter(holder=entry.holder, held_until__isnull=False).exists()


def specialties_waited_for():
    """Specialties for which somebody waits."""
    return set(WaitingEntry.objects.filter(ended_at__isnull=True).values_list("specialty", flat=True))


def with_offer(rows):
    """The same entries, each with `is_offered`."""
    return rows.annotate(is_offered=Exists(Booking.objects.standing().filter(
        patient=OuterRef("patient"), specialty=OuterRef("specialty"), holder__startswith=OFFERED, held_until__isnull=False)))
