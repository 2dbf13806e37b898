"""Giving a coupon, the booking's page and slip, the queue, and the patient's own coupons."""
from django import forms
from django.shortcuts import redirect, render

from emr import clock
from emr.errors import NotPermitted
from emr.models import Department, Patient
from emr.pages import back, cleaned, look, request_key
from emr.queries.patient import search
from outpatient.booking.actions.booking import begin_visit, book_coupon, check_in, grace
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.models import Booking
from outpatient.booking.queries import booking as queries
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.code import typed
from outpatient.booking.rules.district import other_district
from outpatient.booking.rules.office import turn_of
from outpatient.booking.web.account import switcher


class BookForm(forms.Form):
    patient = forms.UUIDField(required=False)
    channel = forms.ChoiceField(choices=[choice for choice in Booking.Channel.choices if choice[0] != Booking.Channel.KIOSK],
                                required=False)


@look("booking.book_coupon")
def book(request, coupon_id):
    """Give this coupon: search the patient, choose, done. A patient only confirms."""
    coupon = receptions.coupon(request.actor, coupon_id)
    if request.method == "POST":
        data = cleaned(BookForm(request.POST))
        channel = {"channel": data["channel"]} if data["channel"] else {"channel": _channel(request.actor)}
        patient = data["patient"] or (switcher(request)["current"].pk if isinstance(request.actor, Patient) else None)
        booking = book_coupon(coupon.pk, patient, by=request.actor, request_key=request_key(request), **channel)
        return redirect("booking:booking", booking.pk)
    if request.htmx:
        return render(request, "booking/booking/_found.html", _found(request))
    return render(request, "booking/booking/book.html", {
        "coupon": coupon, "is_patient": isinstance(request.actor, Patient),
        "may_register": request.actor.may("emr.register_patient")}
        | _found(request) | _switcher(request))


def _switcher(request):
    return switcher(request) if isinstance(request.actor, Patient) else {}


def _channel(actor):
    """By which channel this role gives coupons when nothing else is said."""
    if actor.role_names & {"call_operator"}:
        return Booking.Channel.PHONE
    return Booking.Channel.DOCTOR if actor.role_names & {"ward_doctor"} else Booking.Channel.REGISTRY


def _found(request):
    if isinstance(request.actor, Patient):
        return {}
    asked, chosen = request.GET.get("q", "")[:80], request.GET.get("patient", "")
    rows = list(search(request.actor, asked, limit=8)) if asked.strip() else []
    if not rows and not asked:
        rows = [row for row in [_by_id(chosen)] if row]
    return {"asked": asked, "patients": rows, "chosen": chosen}


def _by_id(text):
    try:
        return Patient.objects.filter(pk=forms.UUIDField(required=False).clean(text), merged_into__isnull=True).first()
    except forms.ValidationError:
        return None


@look("booking.see_receptions")
def page(request, booking_id):
    """One booking: when, where, to whom, its code, and what comes next."""
    booking = queries.one(request.actor, booking_id)
    is_patient, may = isinstance(request.actor, Patient), request.actor.may
    standing = not booking.cancelled_at and not booking.encounter_id
    return render(request, "booking/booking/page.html", {
        "booking": booking, "coupon": booking.coupon, "patient": booking.patient, "is_patient": is_patient,
        "may_cancel": standing and may("booking.cancel_booking") and not (is_patient and booking.coupon.is_past),
        "may_check_in": standing and not booking.arrived_at and may("booking.check_in"),
        "turn": turn_of(booking) if standing and is_patient else None,
        "may_begin": standing and may("booking.begin_visit")} | _of_the_desk(booking, request.actor, standing))


def _of_the_desk(booking, actor, standing):
    """What the registry does with a booking besides."""
    if isinstance(actor, Patient):
        return {}
    kept = booking.coupon.starts_at + grace(setting(), booking.coupon)
    return {
        "wrong_door": standing and booking.patient_id and other_district(booking.patient, booking.coupon.reception),
        "may_print": standing and bool(booking.patient_id) and actor.may("booking.print_slip"),
        "prints": list(booking.prints.select_related("printed_by")[:5]), "cards": Booking.PaperCard.choices,
        "may_card": standing and actor.may("booking.set_paper_card"), "may_move": standing and actor.may("booking.see_desk"),
        "may_miss": standing and not booking.arrived_at and not booking.no_show_at and kept <= clock.now()
        and actor.may("booking.note_no_show")}


@look("booking.cancel_booking")
def cancel(request, booking_id):
    """Take the coupon back."""
    cancel_booking(booking_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return redirect("booking:booking", booking_id)


@look("booking.check_in")
def arrive(request, booking_id):
    """The patient has come."""
    check_in(booking_id, by=request.actor, request_key=request_key(request))
    return back(request, "booking:queue")


@look("booking.begin_visit")
def begin(request, booking_id):
    """Coupon to visit in one key: begin, and the visit opens."""
    booking = begin_visit(booking_id, by=request.actor, request_key=request_key(request))
    return redirect("outpatient:visit", booking.encounter_id)


@look("booking.see_queue")
def queue(request):
    """Everybody who is expected today: who has come, who has not; a scanned code opens its booking."""
    if code := typed(request.GET.get("code", "")):
        return redirect("booking:booking", queries.by_code(request.actor, code).pk)
    return render(request, "booking/booking/queue.html", {
        "rows": list(queries.expected_today(request.actor)[:300]), "counts": receptions.counts_of_today()})


@look("booking.see_receptions")
def waiting(request):
    """Who waits for this doctor (or in his departments): a fragment for the visits page and the first page."""
    if isinstance(request.actor, Patient):
        raise NotPermitted(act="booking.see_receptions")
    departments = None
    if request.GET.get("whose") == "department":
        departments = getattr(request.actor, "department_ids", ()) or Department.objects.filter(kind=Department.Kind.OUTPATIENT)
    rows = queries.waiting_for(request.actor, departments)
    short = request.GET.get("short") == "1"
    return render(request, "booking/booking/_waiting.html", {
        "rows": list(rows[:6 if short else 100]), "short": short, "may_begin": request.actor.may("booking.begin_visit")})


@look("booking.see_receptions")
def of_patient(request, patient_id):
    """The bookings of one patient: a fragment of his card."""
    return render(request, "booking/booking/_of_patient.html", {
        "rows": list(queries.of_chart(request.actor, patient_id)[:10]), "patient_id": patient_id,
        "may_book": request.actor.may("booking.book_coupon"), "may_see_accounts": request.actor.may("booking.see_accounts")})


@look("emr.see_own_chart")
def mine(request):
    """The coupons of all patients of the account, and the next free ones (R73)."""
    return render(request, "booking/booking/mine.html", switcher(request) | {
        "coming": list(queries.coming(request.actor)), "rows": list(queries.earlier(request.actor)[:30]),
        "free": receptions.next_free()[:12]})
