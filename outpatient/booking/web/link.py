"""Pages behind the links in mails. Looking changes nothing: a mail scanner that opens them cancels no coupon (R64, R74)."""
from django.shortcuts import redirect, render
from django.urls import reverse

from emr.pages import request_key
from outpatient.booking import errors
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.queries import link as queries
from outpatient.booking.queries import no_show as no_shows
from outpatient.booking.rules import link as links


def visit(request):
    """The coupon of a mail, with the button that cancels it."""
    booking = asked_booking(request, links.VISIT)
    return closed(render(request, "booking/link/visit.html", {
        "booking": booking, "coupon": booking.coupon, "token": request.GET.get("t", ""),
        "must_confirm": no_shows.has_to_confirm(booking)}))


def cancel(request):
    """Cancel it: only by the button."""
    booking = asked_booking(request, links.VISIT)
    cancel_booking(booking, by=booking.patient, request_key=request_key(request))
    return again(links.VISIT, request.POST["t"])


def asked_booking(request, use):
    """The booking of the link. Raises LinkIsOver for a link that nobody of ours signed, or whose visit has begun."""
    booking = queries.booking_of(links.booking_in(use, request.POST.get("t") or request.GET.get("t")))
    if booking is None:
        raise errors.LinkIsOver()
    return booking


def again(use, token):
    """Back to the page of the link, which says what holds now."""
    return redirect(f"{reverse(f'booking:link_{use}')}?t={token}")


def closed(response):
    """For nobody's index and nobody's cache."""
    response["X-Robots-Tag"], response["Cache-Control"] = "noindex", "no-store"
    return response
