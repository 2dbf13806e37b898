"""The kiosk in the hall: a visitor says who he is, takes a coupon like at the window, prints his coupons, checks in, reads
(R80-R82).
"""
import datetime as dt
from functools import wraps

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import NotFound, Refusal
from emr.pages import cleaned, look, request_key
from emr.queries import institution
from outpatient.booking.actions.booking import book_coupon, check_in
from outpatient.booking.actions.identification import find_by_code, identify_visitor
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.actions.slip import print_slip
from outpatient.booking.errors import WidenNames
from outpatient.booking.models import BookingSetting
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import kiosk as queries
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.asker import asker as as_asker
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.desk import judged
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.slip import slip_of
from outpatient.booking.web import kiosk_visitor as visitor
from outpatient.booking.web import slip as paper

TAKE_IT = 10  # seconds in which one takes the coupon out of the printer and reads what it says
NEXT = {"book": "booking:kiosk_choose", "mine": "booking:kiosk_mine"}


def at_kiosk(view):
    """A page of the kiosk: its refusals too are told on a page of the kiosk, which goes back to the beginning by itself."""

    @look("booking.see_kiosk")
    @wraps(view)
    def shown(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return render(request, "booking/kiosk/refusal.html",
                          visitor.frame(request, visitor.known(request)) | {"problem": refusal}, status=refusal.status)

    return shown


class IdentifyForm(forms.Form):
    """The requisites of R41; initials until two persons fit, then full names (R44); or the number of the referral (R101)."""

    family = forms.CharField(label=_("Family name"), max_length=120)
    initials = forms.CharField(label=_("Initials of first name and patronymic"), max_length=10, required=False)
    given = forms.CharField(label=_("Given name"), max_length=120, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False)
    birth_date = forms.CharField(label=_("Birth date (DD.MM.YYYY)"), max_length=10)
    settlement = forms.CharField(label=_("Town or village"), max_length=120, required=False)
    street = forms.CharField(label=_("Street (one word)"), max_length=120, required=False)
    house = forms.CharField(label=_("House"), max_length=20, required=False)
    flat = forms.CharField(label=_("Flat"), max_length=20, required=False)
    factor = forms.CharField(label=_("Second proof"), max_length=40, required=False)
    referral = forms.CharField(label=_("Number of the referral"), max_length=20)
    field_order = ["referral"]

    def __init__(self, *args, row, wide=False, **kwargs):
        super().__init__(*args, **kwargs)
        if row.population == BookingSetting.Population.REFERRAL:
            drop = set(self.fields) - {"referral", "birth_date"}
        else:
            short = row.identification == BookingSetting.Identification.SHORT
            drop = {"referral"} | ({"settlement", "street", "house", "flat"} if short else set())
            drop |= {"initials"} if short or wide else {"given", "patronymic"}
            drop |= set() if row.second_factor else {"factor"}
        for name in drop:
            del self.fields[name]
        for name, field in self.fields.items():
            digits = name in ("birth_date", "house", "flat", "factor")
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false",
                                   "data-keyboard": "digits" if digits else "letters"}


@at_kiosk
def start(request):
    """The beginning: nobody is known."""
    visitor.wipe(request)
    return render(request, "booking/kiosk/start.html", visitor.frame(request) | {"pages": list(queries.pages()[:12])})


@at_kiosk
def leave(request):
    """Exit, or nobody touched the screen: forget the visitor and his language."""
    visitor.wipe(request)
    response = redirect("booking:kiosk")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


@at_kiosk
def awake(request):
    """Somebody touches the screen."""
    return HttpResponse(status=204 if visitor.known(request) else 403)


@at_kiosk
def identify(request):
    """Who is it? All requisites at once; nothing is told of what did not fit."""
    row, goal = setting(), request.GET.get("next", "book")
    wide, problem = "given" in request.POST, None
    form = IdentifyForm(request.POST or None, row=row, wide=wide)
    if request.method == "POST" and form.is_valid():
        try:
            visitor.remember(request, identify_visitor(**form.cleaned_data, by=queries.system()))
            return redirect(NEXT.get(goal, NEXT["book"]))
        except Refusal as refusal:  # the form stays with what was typed, and asks for full names where two persons fit
            problem = refusal
            if isinstance(refusal, WidenNames) and not wide:
                form = IdentifyForm(row=row, wide=True, initial=form.cleaned_data)
    return render(request, "booking/kiosk/identify.html", visitor.frame(request) | {"form": form, "problem": problem},
                  status=problem.status if problem else 422 if form.errors else 200)


def _uuid(request, name):
    try:
        return forms.UUIDField(required=False).clean(request.GET.get(name, ""))
    except forms.ValidationError:
        return None


@at_kiosk
def choose(request):
    """Specialty, doctor, day, time: one question a page, with the very coupons of the window (R80)."""
    patient = visitor.known(request)
    if patient is None:
        return redirect("booking:kiosk")
    filters = {name: pk for name in ("specialty", "doctor") if (pk := _uuid(request, name))}
    frame = visitor.frame(request, patient) | {"filters": filters}
    if not filters:
        found = queries.receiving()
        kinds = {row.specialty_id: row.specialty for row in found if row.specialty_id}
        return render(request, "booking/kiosk/who.html", frame | {"specialties": sorted(kinds.values(), key=str),
                                                                  "doctors": [row for row in found if not row.specialty_id
                                                                              and row.doctor_id]})
    if "doctor" not in filters and "any" not in request.GET:
        found = [row for row in queries.receiving() if row.specialty_id == filters["specialty"]]
        return render(request, "booking/kiosk/who.html", frame | {"doctors": [row for row in found if row.doctor_id],
                                                                  "specialty": filters["specialty"], "may_any": len(found) > 1})
    asker = as_asker(patient, "kiosk")
    day, today = parse_date(request.GET.get("day", "")) if request.GET.get("day", "")[4:5] == "-" else None, clock.today()
    if day is None or not today <= day <= today + dt.timedelta(days=60):
        days = calendar(asker, today, today + dt.timedelta(days=setting().horizon_days), **filters)
        return render(request, "booking/kiosk/days.html", frame | {"days": [row for row in days if row.state != "closed"],
                                                                   "today": today})
    return render(request, "booking/kiosk/times.html", frame | {"day": day, "offices": offers(asker, day, **filters)})


@at_kiosk
def confirm(request, coupon_id):
    """Look at it once more, then take it: booked, printed, forgotten."""
    patient = visitor.wanted(request)
    if request.method == "POST":
        booking = book_coupon(coupon_id, by=patient, channel="kiosk", request_key=request_key(request))
        return _printed(request, booking)
    coupon = receptions.coupon(request.actor, coupon_id)
    why, _over = judged(as_asker(patient, "kiosk"), coupon)
    return render(request, "booking/kiosk/confirm.html", visitor.frame(request, patient) | {"coupon": coupon, "why": why})


@at_kiosk
def mine(request):
    """The visitor's coupons still to come: print, cancel (R62, R82)."""
    patient = visitor.known(request)
    if patient is None:
        return redirect("booking:kiosk")
    return render(request, "booking/kiosk/mine.html",
                  visitor.frame(request, patient) | {"rows": list(bookings.coming(patient)[:12])})


@at_kiosk
def print_one(request, booking_id):
    """Print one's own coupon, ordered wherever."""
    booking = bookings.one(visitor.wanted(request), booking_id)
    return _printed(request, booking)


@at_kiosk
def cancel(request, booking_id):
    """Cancel one's own coupon."""
    cancel_booking(booking_id, by=visitor.wanted(request), request_key=request_key(request))
    return redirect("booking:kiosk_mine")


def _printed(request, booking):
    """Print the coupon; whoever stood there is forgotten, whatever the printer does (R52)."""
    visitor.wipe(request)
    made = print_slip(booking.pk, by=request.actor)
    if paper.send(request, made):
        return redirect("booking:kiosk_done")
    return redirect("booking:kiosk_printed", made.pk)


@at_kiosk
def printed(request, print_id):
    """The coupon as a page that prints itself, where the browser is the printer; gone after some seconds."""
    made = queries.fresh_print(print_id, request.actor)
    if made is None:
        raise NotFound()
    page = paper.page(slip_of(bookings.one(request.actor, made.booking_id), setting(), institution.current(), made))
    return _returns(render(request, paper.TEMPLATE, page | {"prints_itself": True}))


@at_kiosk
def done(request):
    """Take your coupon."""
    return render(request, "booking/kiosk/done.html",
                  visitor.frame(request, seconds=_take_it()) | {"lead": setting().checkin_lead_minutes})


def _take_it() -> int:
    return min(TAKE_IT, settings.KIOSK_IDLE)


def _returns(response):
    response["Refresh"] = f"{_take_it()}; url={reverse('booking:kiosk_exit')}"
    return response


class CodeForm(forms.Form):
    code = forms.CharField(max_length=20)


@at_kiosk
def arrive(request):
    """Check in by the code of the coupon; where the institution wants paper, the coupon is printed with it (R56, R61)."""
    frame, problem, booking = visitor.frame(request), None, None
    if request.method == "POST":
        try:
            booking = find_by_code(cleaned(CodeForm(request.POST))["code"], by=queries.system(),
                                   address_of_client=request.META.get("REMOTE_ADDR", ""))
            if setting().paper_required and booking.day == clock.today() and not booking.prints.filter(
                    spoiled_at__isnull=True).exists():
                return _printed(request, booking)
            check_in(booking.pk, by=request.actor, request_key=request_key(request))
            return render(request, "booking/kiosk/arrived.html",
                          visitor.frame(request, seconds=_take_it()) | {"coupon": booking.coupon})
        except Refusal as refusal:
            problem = refusal
    return render(request, "booking/kiosk/arrive.html", frame | {"problem": problem}, status=problem.status if problem else 200)


@at_kiosk
def information(request, page_id):
    """A page written by the institution (R81)."""
    return render(request, "booking/kiosk/information.html", visitor.frame(request) | {"page": queries.page(page_id)})
