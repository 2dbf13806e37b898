"""The registry's desk: the day with every coupon, giving one in two presses, moving, offices without work, and the cards for the
day.
"""
import datetime as dt

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from emr import clock
from emr.errors import Malformed
from emr.models import Patient
from emr.pages import back, cleaned, look, request_key
from emr.queries.patient import search
from outpatient.booking.actions.booking import book_coupon, note_no_show
from outpatient.booking.actions.paper_card import send_cards, set_paper_card
from outpatient.booking.actions.rebooking import book_family, reschedule_booking
from outpatient.booking.models import Booking
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import desk as queries
from outpatient.booking.queries import reception as receptions
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.asker import asker as as_asker
from outpatient.booking.rules.code import LENGTH, typed
from outpatient.booking.rules.desk import desk_day, idle_offices, judged
from outpatient.booking.web.reception import asked_day

Channel = Booking.Channel


class GiveForm(forms.Form):
    patient = forms.UUIDField(required=False)
    channel = forms.ChoiceField(choices=[(Channel.REGISTRY, ""), (Channel.PHONE, "")], required=False)
    override = forms.CharField(max_length=200, required=False)
    move = forms.UUIDField(required=False)
    also_patient = forms.UUIDField(required=False)
    also_coupon = forms.UUIDField(required=False)


def channels_of(actor) -> list[str]:
    """By which channels this role gives coupons at the desk; the first one when nothing is said."""
    return [Channel.REGISTRY, Channel.PHONE] if "registrar" in actor.role_names else [Channel.PHONE]


def _asked(request) -> dict:
    """What the address says: patient, booking to be moved, channel, specialty, doctor; nonsense is nothing."""
    ids = {}
    for name in ("patient", "move", "specialty", "doctor"):
        try:
            ids[name] = forms.UUIDField(required=False).clean(request.GET.get(name, ""))
        except forms.ValidationError:
            ids[name] = None
    moved = ids["move"] and bookings.visible(request.actor).filter(pk=ids["move"], cancelled_at__isnull=True).first()
    patient = moved.patient if moved else ids["patient"] and Patient.objects.filter(
        pk=ids["patient"], merged_into__isnull=True).first()
    known = channels_of(request.actor)
    channel = moved.channel if moved else request.GET.get("channel") if request.GET.get("channel") in known else known[0]
    return {"patient": patient or None, "moved": moved or None, "channel": channel, "specialty": ids["specialty"],
            "doctor": ids["doctor"]}


def _asker(asked):
    if asked["patient"] is None:
        return anybody(asked["channel"])
    return as_asker(asked["patient"], asked["channel"], without=asked["moved"])


@look("booking.see_desk")
def day(request):
    """The day by doctor with every coupon, for the chosen patient and channel; a code or the only patient found opens at once."""
    text = request.GET.get("q", "")[:80].strip()
    people = list(search(request.actor, text, limit=8)) if text else []
    if text and (gone := _straight_to(request, text, people)):
        return gone
    asked, shown, today = _asked(request), asked_day(request), clock.today()
    wanted = {name: asked[name] for name in ("specialty", "doctor") if asked[name]}
    offices = desk_day(_asker(asked), shown, **wanted)
    return render(request, "booking/desk/day.html", asked | {
        "offices": offices,
        "first": next((place for office in offices for place in office.places if place.state in ("free", "over")), None),
        "day": shown, "today": today, "before": shown - dt.timedelta(days=1), "after": shown + dt.timedelta(days=1),
        "specialties": queries.specialties(), "nearest": queries.nearest_today(),
        "idle": idle_offices() if shown == today else [], "channels": channels_of(request.actor), "text": text, "people": people,
        "coming": list(bookings.coming(asked["patient"])[:8]) if asked["patient"] else [],
        "may_miss": request.actor.may("booking.note_no_show"), "may_cards": request.actor.may("booking.set_paper_card")})


def _straight_to(request, text, people):
    code = typed(text)
    if len(code) == LENGTH == len(text.replace(" ", "")):
        found = bookings.visible(request.actor).filter(code=code, cancelled_at__isnull=True).first()
        if found:
            return redirect("booking:booking", found.pk)
    if len(people) == 1:
        rest = request.GET.copy()
        rest.pop("q")
        rest["patient"] = str(people[0].pk)
        return redirect(f"{reverse('booking:desk')}?{rest.urlencode()}")
    return None


@look("booking.see_desk")
def people(request):
    """Patients found while one types: choices for the form of a coupon."""
    name = "also_patient" if request.GET.get("name") == "also_patient" else "patient"
    text = request.GET.get("q" if name == "patient" else "also_q", "")[:80].strip()
    return render(request, "booking/desk/_people.html", {
        "name": name, "people": list(search(request.actor, text, limit=8)) if text else [], "text": text})


@look("booking.see_desk")
def give(request, coupon_id):
    """Give this coupon: whom it is for, what stands in the way, the reason for going over it, and a second child beside."""
    if request.method == "POST":
        return _given(request, coupon_id)
    asked, coupon = _asked(request), receptions.coupon(request.actor, coupon_id)
    why, may_go_over = judged(_asker(asked), coupon)
    return render(request, "booking/desk/_give.html" if request.htmx else "booking/desk/give.html", asked | {
        "coupon": coupon, "why": why, "may_go_over": may_go_over,
        "others": [] if asked["moved"] else list(receptions.free_coupons().filter(reception=coupon.reception_id)
                                                 .exclude(pk=coupon.pk)[:40]),
        "next": next(iter(receptions.free_coupons().filter(reception=coupon.reception_id, starts_at__gt=coupon.starts_at)[:1]),
                     None)})


def _given(request, coupon_id):
    data, actor, key = cleaned(GiveForm(request.POST)), request.actor, request_key(request)
    channel = data["channel"] if data["channel"] in channels_of(actor) else channels_of(actor)[0]
    if data["move"]:
        booking = reschedule_booking(data["move"], coupon_id, by=actor, override=data["override"], request_key=key)
    elif data["also_patient"]:
        if not data["also_coupon"]:
            raise Malformed(problem="also_coupon: choose the second coupon")
        booking = book_family([(coupon_id, data["patient"]), (data["also_coupon"], data["also_patient"])], by=actor,
                              channel=channel, request_key=key)
    else:
        booking = book_coupon(coupon_id, data["patient"], by=actor, channel=channel, override=data["override"], request_key=key)
    return gone(request, reverse("booking:booking", args=[booking.pk]))


def gone(request, url):
    """Go there, also from a dialog."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@look("booking.note_no_show")
def miss(request, booking_id):
    """The patient did not come within the grace; the place is free for who waits."""
    note_no_show(booking_id, by=request.actor, request_key=request_key(request))
    return back(request, "booking:desk")


@look("booking.set_paper_card")
def card(request, booking_id):
    """Say where the paper card of a booking is."""
    set_paper_card(booking_id, by=request.actor, state=request.POST.get("state", ""), request_key=request_key(request))
    return back(request, "booking:desk")


@look("booking.set_paper_card")
def cards(request):
    """The day's list of cards, office by office, for the screen and for paper on the eve."""
    shown = asked_day(request) if "day" in request.GET else clock.today() + dt.timedelta(days=1)
    rows = list(queries.cards_of(shown)[:2000])
    template = "booking/desk/cards_paper.html" if request.GET.get("paper") else "booking/desk/cards.html"
    return render(request, template, {"day": shown, "rows": rows, "states": Booking.PaperCard.choices,
                                      "wanted": sum(row.paper_card == Booking.PaperCard.REQUESTED for row in rows)})


@look("booking.send_cards")
def cards_sent(request, reception_id):
    """The batch of one office has been taken there."""
    send_cards(reception_id, by=request.actor, request_key=request_key(request))
    return back(request, "booking:cards")
