"""Cards of the first page: the registry's day, the patient's next coupon. Fragments."""
from django.shortcuts import render

from emr.pages import look
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import reception as receptions


@look("booking.see_receptions")
def registry(request):
    """How many are booked, have come and were received today; the next free coupon of each doctor."""
    return render(request, "booking/home/_registry.html", {
        "counts": receptions.counts_of_today(), "free": receptions.next_free()[:6],
        "may_check_in": request.actor.may("booking.check_in")})


@look("emr.see_own_chart")
def patient(request):
    """The patient's next coupons."""
    return render(request, "booking/home/_patient.html", {"coming": list(bookings.coming(request.actor)[:3])})
