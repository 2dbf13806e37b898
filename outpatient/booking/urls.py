"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from outpatient.booking.web import booking, desk, home, kiosk_page, reception, slip

app_name = "booking"
urlpatterns = [
    path("", reception.day, name="receptions"),
    path("desk", desk.day, name="desk"),
    path("desk/people", desk.people, name="people"),
    path("desk/coupons/<uuid:coupon_id>", desk.give, name="give"),
    path("desk/bookings/<uuid:booking_id>/missed", require_POST(desk.miss), name="miss"),
    path("desk/bookings/<uuid:booking_id>/card", require_POST(desk.card), name="card"),
    path("desk/cards", desk.cards, name="cards"),
    path("desk/receptions/<uuid:reception_id>/cards-sent", require_POST(desk.cards_sent), name="cards_sent"),
    path("kiosk-pages", kiosk_page.pages, name="kiosk_pages"),
    path("kiosk-pages/new", kiosk_page.page, name="kiosk_page_new"),
    path("kiosk-pages/<uuid:page_id>", kiosk_page.page, name="kiosk_page"),
    path("publish", reception.publish, name="publish"),
    path("coupons/<uuid:coupon_id>", booking.book, name="book"),
    path("bookings/<uuid:booking_id>", booking.page, name="booking"),
    path("bookings/<uuid:booking_id>/slip", slip.reminder, name="slip"),
    path("bookings/<uuid:booking_id>/print", require_POST(slip.print_one), name="print_slip"),
    path("bookings/<uuid:booking_id>/prints/<uuid:print_id>", slip.shown, name="print"),
    path("bookings/<uuid:booking_id>/prints/<uuid:print_id>.pdf", slip.as_pdf, name="print_pdf"),
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
