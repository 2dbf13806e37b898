"""Ordering: the coupon is kept while the visitor says who he is (A31), then he confirms it once (R57)."""
from django.shortcuts import redirect

from emr import clock
from emr.errors import Refusal
from emr.pages import request_key
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import hold_coupon
from outpatient.booking.queries import hold
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.choice import close_to
from outpatient.booking.web.public.choose import calendar_page, who_asks
from outpatient.booking.web.public.visitor import ask, holder, page, personal, public, wanted


@public
def choose(request, coupon_id):
    """This time is wanted: keep it for a few minutes, then ask for the patient if need be."""
    coupon = receptions.public_coupon(coupon_id)
    try:
        keep(request, coupon)
    except Refusal as refusal:
        return look_again(request, coupon, refusal)
    wanted(request, coupon.pk)
    return redirect("polyclinic:confirm", coupon.pk) if request.visitor else ask(request)


def keep(request, coupon):
    """Keep the coupon for the visitor. Raises what hold_coupon raises."""
    if request.visitor:
        hold_coupon(coupon.pk, by=request.visitor, holder=holder(request))
    elif (system := hold.system()) and hold.may_keep(coupon.reception_id):
        hold_coupon(coupon.pk, by=system, holder=holder(request))


def look_again(request, coupon, refusal):
    """The times anew, with the refusal above them and the nearest times of the same doctor (R3)."""
    reception = coupon.reception
    return calendar_page(request, reception.specialty, reception.doctor, refusal=refusal, wanted=coupon.starts_at,
                         day=reception.day)


@personal
def confirm(request, coupon_id):
    """Everything once more before the order; POST orders it. Sending it twice gives the same coupon (R57)."""
    coupon, key = receptions.public_coupon(coupon_id), holder(request)
    if request.method == "POST":
        try:
            booking = book_coupon(coupon.pk, by=request.visitor, holder=key, request_key=request_key(request))
        except Refusal as refusal:
            return look_again(request, coupon, refusal)
        return redirect("polyclinic:coupon", booking.pk)
    row, kept = setting(), hold.kept_for(key, coupon)
    return page(request, "confirm.html", {
        "coupon": coupon, "reception": coupon.reception, "kept": kept, "setting": row,
        "kept_minutes": kept and -(-(kept.held_until - clock.now()).seconds // 60),
        "near_own": close_to(who_asks(request), coupon, row.checkin_lead_minutes)})
