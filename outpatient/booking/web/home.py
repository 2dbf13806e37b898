"""Cards of the first page: the registry's day, the patient's next coupon (fragments); and whom the registry telephones."""
import datetime as dt

from django.shortcuts import render

from emr import clock
from emr.pages import look, page_of
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import notice as notices
from outpatient.booking.queries import reception as receptions
from outpatient.booking.web.reception import asked_day


@look("booking.see_receptions")
def registry(request):
    """How many are booked, have come and were received today; the next free coupon of each doctor."""
    return render(request, "booking/home/_registry.html", {
        "counts": receptions.counts_of_today(), "free": receptions.next_free()[:6],
        "may_check_in": request.actor.may("booking.check_in")})


@look("booking.see_untold")
def untold(request):
    """Whom a message about tomorrow's coupon, or another day's, reaches by telephone only."""
    day = asked_day(request) if "day" in request.GET else clock.today() + dt.timedelta(days=1)
    return render(request, "booking/notice/untold.html", {"day": day, "page": page_of(request, notices.by_telephone(day))})


@look("emr.see_own_chart")
def patient(request):
    """The patient's next coupons."""
    return render(request, "booking/home/_patient.html", {"coming": list(bookings.coming(request.actor)[:3])})
