"""The visitor's own coupons: to look at, print, move and cancel (R58, R59, R62-R64)."""
import datetime as dt
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from emr.errors import Refusal
from emr.pages import request_key
from emr.printing import paper_css, pdf, qr
from outpatient.booking.actions.rebooking import cancel_booking, reschedule_booking
from outpatient.booking.queries import booking as queries
from outpatient.booking.queries import clinic as clinics
from outpatient.booking.queries import house_call as house_calls
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.setting import setting
from outpatient.booking.web.public.choose import calendar_page, who_asks
from outpatient.booking.web.public.visitor import page, personal

SHEET = Path(__file__).resolve().parents[2] / "static" / "booking" / "css" / "reminder.css"


def facts(request, booking_id):
    """One of the visitor's bookings with what its coupon tells. Raises NotFound for anybody else's."""
    booking, row = queries.own(request.visitor, booking_id), setting()
    standing = not booking.cancelled_at and not booking.encounter_id and not booking.no_show_at
    may_change = standing and not booking.coupon.is_past and not booking.arrived_at
    return {"booking": booking, "coupon": booking.coupon, "reception": booking.coupon.reception, "patient": booking.patient,
            "setting": row,
            "arrive_by": booking.coupon.starts_at - dt.timedelta(minutes=row.checkin_lead_minutes), "standing": standing,
            "may_change": may_change, "may_move": may_change and booking.coupon.reception.specialty_id is not None}


@personal
def mine(request):
    """All coupons that have not expired (R62), also those that the clinic called off (R63)."""
    return page(request, "mine.html", {
        "rows": list(queries.not_expired(request.visitor)[:100]), "house_calls": house_calls.of_visitor(request.visitor)})


@personal
def coupon(request, booking_id):
    """One coupon: when, where, to whom, its code, and what to do with it."""
    found = facts(request, booking_id)
    return page(request, "coupon.html", found | {"qr": qr(found["booking"].code, 4)})


@personal
def reminder(request, booking_id):
    """The coupon on paper: a reminder, not a basis for the visit (R59)."""
    return render(request, "booking/public/reminder.html", _on_paper(request, booking_id))


@personal
def reminder_pdf(request, booking_id):
    """The same as PDF."""
    html = render_to_string("booking/public/reminder.html", _on_paper(request, booking_id) | {"is_pdf": True}, request)
    return HttpResponse(pdf(html, css=paper_css() + SHEET.read_text()), content_type="application/pdf",
                        headers={"Content-Disposition": 'inline; filename="reminder.pdf"'})


def _on_paper(request, booking_id):
    found = facts(request, booking_id)
    return found | {"qr": qr(found["booking"].code, 5), "buildings": clinics.own_buildings()}


@personal
def cancel(request, booking_id):
    """Asked once more; only the POST cancels, so that no program that opens the address does (R64)."""
    found = facts(request, booking_id)
    if request.method == "POST":
        cancel_booking(booking_id, by=request.visitor, request_key=request_key(request))
        return redirect("polyclinic:coupon", booking_id)
    return page(request, "cancel.html", found)


@personal
def move(request, booking_id):
    """Another time with the same doctor, or with another of the specialty; the old place is kept until the new one is sure."""
    return _times(request, facts(request, booking_id))


def _times(request, found, **names):
    if not found["may_move"]:
        return redirect("polyclinic:coupon", found["booking"].pk)
    booking, reception = found["booking"], found["reception"]
    doctor = None if request.GET.get("doctor") == "any" else reception.doctor
    return calendar_page(request, reception.specialty, doctor, asks=who_asks(request, without=booking), moving=booking,
                         own_doctor=reception.doctor, **names)


@personal
def move_to(request, booking_id, coupon_id):
    """The old time beside the new one; POST moves."""
    found, new = facts(request, booking_id), receptions.public_coupon(coupon_id)
    if request.method == "POST":
        try:
            moved = reschedule_booking(booking_id, new.pk, by=request.visitor, request_key=request_key(request))
        except Refusal as refusal:
            return _times(request, found, refusal=refusal, wanted=new.starts_at, day=new.reception.day)
        return redirect("polyclinic:coupon", moved.pk)
    return page(request, "move_to.html", found | {"new": new})
