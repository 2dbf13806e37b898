"""The site of the polyclinic for everybody; mounted by `emr.urls` under its own prefix. No address names a patient."""
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from outpatient.booking.web.public import appeal, at_home, choose, clinic, coupon, identify, order

app_name = "polyclinic"
urlpatterns = [
    path("", require_safe(clinic.directory), name="directory"),
    path("here", require_safe(clinic.home), name="home"),
    path("others/<uuid:clinic_id>", require_safe(clinic.other), name="other"),
    path("specialties", require_safe(choose.specialties), name="specialties"),
    path("specialties/<slug:code>", require_safe(choose.specialty), name="specialty"),
    path("specialties/<slug:code>/days", require_safe(choose.days), name="days"),
    path("specialties/<slug:code>/doctors/<uuid:doctor_id>", require_safe(choose.doctor), name="doctor"),
    path("times/<uuid:coupon_id>", require_POST(order.choose), name="choose"),
    path("times/<uuid:coupon_id>/confirm", order.confirm, name="confirm"),
    path("specialties/<slug:code>/own-doctor", require_safe(at_home.own_doctor), name="own_doctor"),
    path("house-call", at_home.house_call, name="house_call"),
    path("ask", appeal.ask_institution, name="ask"),
    path("who", identify.identify, name="identify"),
    path("exit", require_POST(identify.leave), name="exit"),
    path("coupons", require_safe(coupon.mine), name="mine"),
    path("coupons/<uuid:booking_id>", require_safe(coupon.coupon), name="coupon"),
    path("coupons/<uuid:booking_id>/reminder", require_safe(coupon.reminder), name="reminder"),
    path("coupons/<uuid:booking_id>/reminder.pdf", require_safe(coupon.reminder_pdf), name="reminder_pdf"),
    path("coupons/<uuid:booking_id>/cancel", coupon.cancel, name="cancel"),
    path("coupons/<uuid:booking_id>/move", require_safe(coupon.move), name="move"),
    path("coupons/<uuid:booking_id>/move/<uuid:coupon_id>", coupon.move_to, name="move_to"),
]
