"""The waiting list: for the account, and for the registry; offers are taken or declined on a page or by the link of a mail."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.access import chart_for
from emr.errors import NotFound
from emr.inputs import ClockInput
from emr.models import Patient, Staff
from emr.pages import back, cleaned, look, page_of, request_key
from outpatient.booking.actions.waiting import (
    accept_offer,
    decline_offer,
    join_waiting_list,
    leave_waiting_list,
    set_waiting_priority,
)
from outpatient.booking.models import Reception, Specialty, WaitingEntry
from outpatient.booking.queries import waiting as queries
from outpatient.booking.rules import link as links
from outpatient.booking.rules.waiting import why_none
from outpatient.booking.web.account import switcher
from outpatient.booking.web.link import again, asked_booking, closed

DAYS = [(1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")), (6, _("Saturday")),
        (7, _("Sunday"))]
WHY = {"free": _("Coupons are free now: order one yourself."), "taken": _("All coupons are taken."),
       "no-reception": _("No reception is published yet for the days ahead."),
       "MONTH_LIMIT": _("The online orders of this month are used up."),
       "ONLINE_PAUSED": _("Ordering online is paused for this patient."),
       "ADVANCE_QUOTA_SPENT": _("The rest opens on the eve of the reception."),
       "ONLINE_QUOTA_SPENT": _("Only the registry gives the coupons that are left."),
       "REFERRAL_REQUIRED": _("A referral of the local doctor is needed."),
       "REFERRAL_VIA_REGISTRY": _("Only the registry gives these coupons."),
       "NOT_IDENTIFIED": _("A card at this institution is needed.")}


class JoinForm(forms.Form):
    specialty = forms.ModelChoiceField(Specialty.objects.filter(is_published=True), label=_("Specialty"), empty_label=None)
    doctor = forms.ModelChoiceField(Staff.objects.none(), label=_("Only this doctor"), required=False)
    weekdays = forms.TypedMultipleChoiceField(choices=DAYS, coerce=int, label=_("Days that suit"), required=False,
                                              widget=forms.CheckboxSelectMultiple)
    time_from = forms.TimeField(label=_("From"), widget=ClockInput, required=False)
    time_until = forms.TimeField(label=_("Until"), widget=ClockInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["doctor"].queryset = Staff.objects.filter(pk__in=Reception.objects.standing().values("doctor"))


class WhoForm(forms.Form):
    patient = forms.UUIDField()


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=WaitingEntry.Priority.choices, coerce=int)
    reason = forms.CharField(max_length=200)


@look("booking.join_waiting_list")
def join(request):
    """Tell me when one appears: what the patient waits for, and on which days it suits him (R17)."""
    form = JoinForm(request.POST or None, initial={name: request.GET.get(name) for name in ("specialty", "doctor")})
    who = switcher(request) if isinstance(request.actor, Patient) else {"current": _named(request)}
    if request.method == "POST" and form.is_valid():
        join_waiting_list(who["current"], by=request.actor, request_key=request_key(request), **form.cleaned_data)
        return redirect("booking:my_waiting" if isinstance(request.actor, Patient) else "booking:waiting_list")
    return render(request, "booking/waiting/join.html", who | {"form": form}, status=422 if form.errors else 200)


def _named(request):
    """The patient for whom the registry asks: `?patient=`, kept in the form's address. Raises ChartNotVisible."""
    return chart_for(request.actor, cleaned(WhoForm(request.GET))["patient"], "waiting-list").patient


@look("booking.see_account")
def mine(request):
    """What the account's patients wait for, why nothing is offered, and what is kept for them now."""
    entries = [(row, WHY.get(why_none(row), WHY["taken"])) for row in queries.visible(request.actor)[:20]]
    return render(request, "booking/waiting/mine.html",
                  switcher(request) | {"entries": entries, "offers": list(queries.offers_of(request.actor))})


@look("booking.leave_waiting_list")
def leave(request, entry_id):
    """No longer wait."""
    leave_waiting_list(entry_id, by=request.actor, request_key=request_key(request))
    return back(request, "booking:my_waiting" if isinstance(request.actor, Patient) else "booking:waiting_list")


@look("booking.accept_waiting_offer")
def accept(request, booking_id):
    """Take the coupon that is kept."""
    return redirect("booking:booking", accept_offer(booking_id, by=request.actor, request_key=request_key(request)).pk)


@look("booking.decline_waiting_offer")
def decline(request, booking_id):
    """Not this one."""
    decline_offer(booking_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:my_waiting")


@look("booking.see_waiting_list")
def registry(request):
    """Who waits, in the order in which coupons are offered."""
    rows = queries.with_offer(queries.entries(request.actor))
    return render(request, "booking/waiting/list.html", {
        "page": page_of(request, rows), "priorities": WaitingEntry.Priority.choices,
        "may_set": request.actor.may("booking.set_waiting_priority")})


@look("booking.set_waiting_priority")
def set_priority(request, entry_id):
    """Somebody is offered coupons before others, for a medical reason."""
    set_waiting_priority(entry_id, by=request.actor, request_key=request_key(request), **cleaned(PriorityForm(request.POST)))
    return redirect("booking:waiting_list")


def offer(request):
    """The coupon of an offer's mail: looking takes nothing."""
    booking = asked_booking(request, links.OFFER)
    return closed(render(request, "booking/waiting/offer.html", {"booking": booking, "coupon": booking.coupon,
                                                                 "token": request.GET.get("t", ""),
                                                                 "is_kept": booking.state == "proposed"}))


def answer(request):
    """Take it or not: only by the button."""
    booking = asked_booking(request, links.OFFER)
    if request.POST.get("answer") not in ("accept", "decline"):
        raise NotFound()
    act = accept_offer if request.POST["answer"] == "accept" else decline_offer
    made = act(booking, by=booking.patient, request_key=request_key(request))
    return again(links.VISIT if act is accept_offer else links.OFFER, links.token(links.VISIT, made) if act is accept_offer
                 else request.POST["t"])
