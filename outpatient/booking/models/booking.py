from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id

LIVE = Q(cancelled_at__isnull=True, no_show_at__isnull=True)


class BookingRows(models.QuerySet):
    def standing(self):
        """Not cancelled, not missed; a hold only while it lasts."""
        return self.filter(LIVE, Q(held_until__isnull=True) | Q(held_until__gt=clock.now()))


class Booking(models.Model):
    """A coupon given to a patient (FHIR Appointment). One live booking per coupon; a cancelled one stays as history."""

    class Channel(models.TextChoices):
        REGISTRY = "registry", _("Registry")
        DOCTOR = "doctor", _("Doctor")
        PHONE = "phone", _("Telephone")
        WEB = "web", _("Internet")
        KIOSK = "kiosk", _("Kiosk")

    class PaperCard(models.TextChoices):
        REQUESTED = "requested", _("to be brought")
        AT_OFFICE = "at-office", _("at the office")
        NOT_NEEDED = "not-needed", _("not needed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    coupon = models.ForeignKey("booking.Coupon", models.PROTECT, related_name="bookings")
    # Copied from the coupon and its reception so that the database can hold the rules; it checks the copies itself.
    reception = models.ForeignKey("booking.Reception", models.PROTECT, related_name="bookings")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="Empty only in a hold")
    channel = models.CharField(max_length=10, choices=Channel)
    code = models.CharField(max_length=10, unique=True, help_text="Ten random base32 characters")
    booked_at = models.DateTimeField(default=clock.now)
    booked_by_staff = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    override = models.CharField(max_length=200, blank=True, help_text="Why the registry or the doctor went over a rule")
    is_second = models.BooleanField(default=False, help_text="A second coupon of the specialty that day, by override (A12)")
    referral = models.ForeignKey("orders.ServiceRequest", models.PROTECT, null=True, blank=True, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True, help_text="Only kept for somebody until then (A31, waiting list)")
    holder = models.CharField(max_length=64, blank=True, help_text="Who keeps it: a random key of the visitor, no person")
    main = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="further",
                             help_text="The first coupon of a longer visit")
    paper_card = models.CharField(max_length=10, choices=PaperCard, default=PaperCard.REQUESTED,
                                  help_text="Where the card on paper is (R99)")
    rescheduled_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="rescheduled_to")
    arrived_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True,
                                        help_text="The patient confirmed by the link of the reminder (R75)")
    no_show_at = models.DateTimeField(null=True, blank=True, help_text="Somebody noted that the patient did not come")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by_clinic = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=200, blank=True)
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+",
                                     help_text="The visit it became")

    objects = BookingRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon"], condition=LIVE, name="one_live_booking_per_coupon"),
            models.UniqueConstraint(fields=["patient", "specialty", "day"], name="one_coupon_per_specialty_and_day",
                                    condition=LIVE & Q(is_second=False, held_until__isnull=True, main__isnull=True)),
            models.UniqueConstraint(fields=["referral"], name="one_booking_per_referral",
                                    condition=LIVE & Q(main__isnull=True)),
            models.UniqueConstraint(fields=["holder"], name="one_hold_per_visitor",
                                    condition=LIVE & Q(held_until__isnull=False) & ~Q(holder="")),
            models.CheckConstraint(name="a_cancelled_booking_says_why",
                                   condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason="")),
            models.CheckConstraint(name="a_booking_is_somebody_s",
                                   condition=Q(patient__isnull=False) | Q(held_until__isnull=False)),
            models.CheckConstraint(name="who_came_is_no_no_show",
                                   condition=Q(no_show_at__isnull=True) | Q(arrived_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["patient", "-booked_at"]), models.Index(fields=["patient", "day"]),
                   models.Index(fields=["reception", "channel"], include=["held_until"], name="taken_of_receptions",
                                condition=LIVE)]

    def __str__(self):
        return self.code

    @property
    def state(self):
        """Its state as the rows and the clock tell it, in words of FHIR Appointment.status where there is one."""
        if self.cancelled_at:
            return "cancelled"
        if self.encounter_id:
            return "fulfilled"
        if self.arrived_at:
            return "checked-in"
        if self.held_until:
            return "proposed" if self.held_until > clock.now() else "cancelled"
        return "noshow" if self.no_show_at or self.coupon.reception.ends_at <= clock.now() else "booked"
