"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from outpatient.booking.web import booking, home, reception

app_name = "booking"
urlpatterns = [
    path("", reception.day, name="receptions"),
    path("publish", reception.publish, name="publish"),
    path("coupons/<uuid:coupon_id>", booking.book, name="book"),
    path("bookings/<uuid:booking_id>", booking.page, name="booking"),
    path("bookings/<uuid:booking_id>/slip", booking.slip, name="slip"),
    path("bookings/<uuid:booking_id>/cancel", require_POST(booking.cancel), name="cancel"),
    path("bookings/<uuid:booking_id>/check-in", require_POST(booking.arrive), name="check_in"),
    path("bookings/<uuid:booking_id>/begin", require_POST(booking.begin), name="begin"),
    path("queue", booking.queue, name="queue"),
    path("waiting", booking.waiting, name="waiting"),
    path("patients/<uuid:patient_id>", booking.of_patient, name="of_patient"),
    path("my", booking.mine, name="my_bookings"),
    path("home/registry", home.registry, name="home_registry"),
    path("home/patient", home.patient, name="home_patient"),
]
