"""What the API says about receptions, coupons and bookings, and what its acts take."""
from rest_framework import serializers

from outpatient.booking.models import Booking

# the kiosk is a page of ours, no program
CHANNELS = [choice for choice in Booking.Channel.choices if choice[0] != Booking.Channel.KIOSK]


class ReceptionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    department = serializers.UUIDField(source="department_id")
    doctor = serializers.UUIDField(source="doctor_id", allow_null=True)
    doctor_name = serializers.CharField(source="doctor.short_name", default="")
    title = serializers.CharField()
    room = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places = serializers.IntegerField()
    given = serializers.IntegerField()


class PublishedOutput(ReceptionOutput):
    """A reception just published: nothing of it is given yet."""

    places = serializers.IntegerField(source="coupons.count")
    given = None


class ReceptionFilters(serializers.Serializer):
    day = serializers.DateField(required=False)
    department = serializers.UUIDField(required=False)
    doctor = serializers.UUIDField(required=False)


class PublishInput(serializers.Serializer):
    department = serializers.UUIDField()
    doctor = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    room = serializers.CharField(max_length=20, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=3, max_value=240)
    specialty = serializers.UUIDField(required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    quota_online = serializers.IntegerField(min_value=0, max_value=100, required=False)
    quota_advance = serializers.IntegerField(min_value=0, max_value=100, required=False)


class CouponOutput(serializers.Serializer):
    id = serializers.UUIDField()
    reception = serializers.UUIDField(source="reception_id")
    number = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    status = serializers.SerializerMethodField()

    def get_status(self, coupon) -> str:
        """FHIR Slot.status."""
        return "busy" if coupon.taken else "busy-unavailable" if coupon.is_past else "free"


class BookInput(serializers.Serializer):
    patient = serializers.UUIDField(required=False, help_text="Needed from staff; a patient books for himself")
    channel = serializers.ChoiceField(CHANNELS, required=False)
    override = serializers.CharField(max_length=200, required=False, allow_blank=True,
                                     help_text="Why a rule is gone over; registry and doctor")
    holder = serializers.CharField(max_length=64, required=False, allow_blank=True,
                                   help_text="The key under which the coupon is kept")
    places = serializers.IntegerField(min_value=1, max_value=8, required=False, help_text="Adjacent coupons that the visit needs")


class BookingOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    status = serializers.CharField(source="state")
    patient = serializers.UUIDField(source="patient_id")
    coupon = serializers.UUIDField(source="coupon_id")
    starts_at = serializers.DateTimeField(source="coupon.starts_at")
    channel = serializers.CharField()
    booked_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    encounter = serializers.UUIDField(source="encounter_id", allow_null=True)


class BookingFilters(serializers.Serializer):
    patient = serializers.UUIDField(required=False)
    day = serializers.DateField(required=False)


class RescheduleInput(serializers.Serializer):
    coupon = serializers.UUIDField()
    override = serializers.CharField(max_length=200, required=False, allow_blank=True)


class HoldInput(serializers.Serializer):
    holder = serializers.CharField(max_length=64)
    patient = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(CHANNELS, required=False)


class FamilyMember(serializers.Serializer):
    coupon = serializers.UUIDField()
    patient = serializers.UUIDField()


class FamilyInput(serializers.Serializer):
    wanted = FamilyMember(many=True, min_length=2, max_length=6)
    channel = serializers.ChoiceField(CHANNELS, required=False)


class CancelInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CardInput(serializers.Serializer):
    state = serializers.ChoiceField(Booking.PaperCard.choices)


class PrintInput(serializers.Serializer):
    language = serializers.CharField(max_length=5, required=False)


class PrintOutput(serializers.Serializer):
    id = serializers.UUIDField()
    serial = serializers.CharField(source="__str__")
    booking = serializers.UUIDField(source="booking_id")
    channel = serializers.CharField()
    is_copy = serializers.BooleanField()
    printed_at = serializers.DateTimeField()
    spoiled_at = serializers.DateTimeField(allow_null=True)


class SpoilInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class BeginInput(serializers.Serializer):
    complaint = serializers.CharField(max_length=500, required=False, allow_blank=True)


class TemplateInput(serializers.Serializer):
    department = serializers.UUIDField()
    doctor = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    specialty = serializers.UUIDField(required=False)
    room = serializers.CharField(max_length=20, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7)
    weeks = serializers.ChoiceField(["every", "odd", "even"], required=False)
    begins = serializers.TimeField()
    ends = serializers.TimeField()
    minutes = serializers.IntegerField(min_value=3, max_value=240, required=False)
    quota_online = serializers.IntegerField(min_value=0, max_value=100, required=False)
    quota_advance = serializers.IntegerField(min_value=0, max_value=100, required=False)
    valid_from = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False)


class TemplateOutput(serializers.Serializer):
    id = serializers.UUIDField()
    doctor = serializers.UUIDField(source="doctor_id", allow_null=True)
    title = serializers.CharField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    weeks = serializers.CharField()
    begins = serializers.TimeField()
    ends = serializers.TimeField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class EndTemplateInput(serializers.Serializer):
    until = serializers.DateField()


class CancelReceptionInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
    answers = serializers.DictField(child=serializers.DictField(), required=False,
                                    help_text='booking id -> {"answer": "notify" | "offer" | "move", "coupon": id}')
    seen = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=500)


class ShortenInput(CancelReceptionInput):
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)


class MoveReceptionInput(serializers.Serializer):
    room = serializers.CharField(max_length=20, allow_blank=True)
    place = serializers.CharField(max_length=200, allow_blank=True, default="")


class CancelledOutput(serializers.Serializer):
    id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)


class WithdrawInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class WithdrawnOutput(serializers.Serializer):
    id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField()


class AppealInput(serializers.Serializer):
    text = serializers.CharField(max_length=1000)
    specialty = serializers.UUIDField(required=False)
    doctor = serializers.UUIDField(required=False)
    day = serializers.DateField(required=False)
    reason_code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reply_to = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AppealOutput(serializers.Serializer):
    id = serializers.UUIDField()
    sent_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
