"""The operator's page: who calls now and what is known of him, who waits, whom nobody answered."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.access import log_reading
from emr.pages import cleaned, look, page_of
from outpatient.booking.actions import phone_call as acts
from outpatient.booking.models import PhoneCall, PhoneLine
from outpatient.booking.queries import phone_call as queries


class SetForm(forms.Form):
    extension = forms.CharField(label=_("Number of the telephone"), max_length=40)


class ClosingForm(forms.Form):
    number = forms.CharField(max_length=40)
    outcome = forms.ChoiceField(label=_("How it went"), choices=PhoneCall.Closing.choices)


class LineForm(forms.Form):
    code = forms.CharField(label=_("Name at the exchange"), max_length=40)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PhoneLine.Purpose.choices)
    greeting = forms.CharField(label=_("Greeting"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
                               help_text=_("What callers hear first. It must say that the conversation is recorded."))
    days_kept = forms.IntegerField(label=_("Days for which recordings are kept"), min_value=1, max_value=3650, initial=90)


@look("booking.see_calls")
def calls(request):
    """The page that an operator keeps open; its upper part renews itself."""
    return render(request, "booking/phone/calls.html", _now(request) | {
        "missed": page_of(request, queries.missed()), "set": queries.set_of(request.actor), "set_form": SetForm(),
        "closings": PhoneCall.Closing.choices, "may_close": request.actor.may("booking.close_missed_calls"),
        "may_set": request.actor.may("booking.set_phone_line")})


@look("booking.see_calls")
def listed(request):
    """Every call with who answered it; the recording for who sets the lines, as long as it is kept (R88)."""
    return render(request, "booking/phone/list.html", {
        "page": page_of(request, queries.newest()), "may_hear": request.actor.may("booking.set_phone_line")})


@look("booking.see_calls")
def now(request):
    """The part that renews itself: the caller's people, and who waits. What is shown of a person is noted as read."""
    return render(request, "booking/phone/_now.html", _now(request))


def _now(request):
    call = queries.current(request.actor)
    people = queries.callers(call.number) if call else []
    if call and request.GET.get("seen") != str(call.pk):  # once a call, not at every renewal
        for patient in people:
            log_reading(request.actor, patient, "call", "telephone")
    seen = queries.last_seen(people) if people else {}
    return {"call": call, "people": [(patient, *seen[patient.pk]) for patient in people],
            "waiting": queries.waiting_told(request.actor)[:20]}


@look("booking.take_phone_set")
def take(request):
    """Sit down at a telephone."""
    acts.take_phone_set(by=request.actor, extension=cleaned(SetForm(request.POST))["extension"])
    return redirect("booking:calls")


@look("booking.leave_phone_set")
def leave(request):
    """Stand up from it."""
    acts.leave_phone_set(by=request.actor)
    return redirect("booking:calls")


@look("booking.close_missed_calls")
def close(request):
    """Called back, or needed no more."""
    acts.close_missed_calls(by=request.actor, **cleaned(ClosingForm(request.POST)))
    return redirect("booking:calls")


@look("booking.set_phone_line")
def lines(request):
    """The lines of the call centre; one that is there already is changed by its name."""
    if request.method == "POST":
        acts.set_phone_line(by=request.actor, **cleaned(LineForm(request.POST)))
        return redirect("booking:phone_lines")
    return render(request, "booking/phone/lines.html", {"lines": list(queries.lines()), "form": LineForm()})
