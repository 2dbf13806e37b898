from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Booking(models.Model):
    """A coupon given to a patient (FHIR Appointment). One live booking per coupon; a cancelled one stays as history."""

    class Channel(models.TextChoices):
        REGISTRY = "registry", _("Registry")
        DOCTOR = "doctor", _("Doctor")
        PHONE = "phone", _("Telephone")
        WEB = "web", _("Internet")
        KIOSK = "kiosk", _("Kiosk")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    coupon = models.ForeignKey("booking.Coupon", models.PROTECT, related_name="bookings")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    code = models.CharField(max_length=10, unique=True, help_text="Ten random base32 characters")
    booked_at = models.DateTimeField(default=clock.now)
    booked_by_staff = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+",
                                     help_text="The visit it became")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon"], condition=Q(cancelled_at__isnull=True), name="one_live_booking_per_coupon"),
            models.CheckConstraint(name="a_cancelled_booking_says_why", condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason="")),
        ]
        indexes = [models.Index(fields=["patient", "-booked_at"])]

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
        return "noshow" if self.coupon.reception.ends_at <= clock.now() else "booked"
