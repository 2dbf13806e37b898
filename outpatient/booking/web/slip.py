"""The coupon on paper: the reminder anybody may print, the valid print of registry, kiosk and doctor, its PDF and receipt."""
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from emr.errors import NotFound
from emr.models import Patient
from emr.pages import look, request_key
from emr.printing import pdf, qr
from emr.queries import institution
from outpatient.booking.actions.slip import print_slip, spoil_slip
from outpatient.booking.errors import PrinterFails
from outpatient.booking.queries import booking as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.slip import slip_of
from outpatient.booking.web import printer

TEMPLATE = "booking/booking/slip.html"


@look("booking.see_receptions")
def reminder(request, booking_id):
    """What one may print at home: it reminds, and is no coupon (R59)."""
    return render(request, TEMPLATE, page(slip_of(queries.one(request.actor, booking_id), setting(), institution.current())))


@look("booking.print_slip")
def print_one(request, booking_id):
    """Print the valid coupon: on the receipt printer of this place, or by the browser where there is none."""
    made = print_slip(booking_id, by=request.actor, request_key=request_key(request))
    if send(request, made):
        messages.success(request, _("Printed, No. {serial}.").format(serial=made))
        return redirect("booking:booking", booking_id)
    return redirect("booking:print", booking_id, made.pk)


@look("booking.print_slip")
def shown(request, booking_id, print_id):
    """A logged print as a page for the browser's printer."""
    return render(request, TEMPLATE, page(_of_print(request, booking_id, print_id)[1]) | {"prints_itself": True})


@look("booking.print_slip")
def as_pdf(request, booking_id, print_id):
    """A logged print as PDF of the width of a receipt."""
    made, slip = _of_print(request, booking_id, print_id)
    with translation.override(made.language):
        body = pdf(render_to_string(TEMPLATE, page(slip), request))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="coupon-{slip.code}-{slip.serial}.pdf"'
    return response


def _of_print(request, booking_id, print_id):
    booking = queries.one(request.actor, booking_id)
    made = booking.prints.filter(pk=print_id, spoiled_at__isnull=True).first()
    if made is None or isinstance(request.actor, Patient):
        raise NotFound()
    with translation.override(made.language):
        return made, slip_of(booking, setting(), institution.current(), made)


def send(request, made) -> bool:
    """Send a logged print to the receipt printer of its place; False where the browser prints.

    Raises PrinterFails, with the print spoiled.
    """
    address = printer.address_of(request.actor, made.channel)
    if not address:
        return False
    booking = queries.one(request.actor, made.booking_id)
    try:
        printer.send(slip_of(booking, setting(), institution.current(), made), address)
    except PrinterFails:
        spoil_slip(made, by=request.actor, reason="printer")
        raise
    return True


def page(slip) -> dict:
    """What the template of the paper needs."""
    return {"slip": slip, "code_picture": qr(slip.code)}
