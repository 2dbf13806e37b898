"""A word to the institution from a refusal that one of its settings caused (R6)."""
from django import forms
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal
from emr.pages import request_key
from outpatient.booking.actions.appeal import send_appeal
from outpatient.booking.models import Appeal
from outpatient.booking.queries import hold
from outpatient.booking.queries import specialty as specialties
from outpatient.booking.rules.throttle import key, network_of
from outpatient.booking.web.public.visitor import page, public

LONGEST = Appeal._meta.get_field("text").max_length


class AboutForm(forms.Form):
    """What was refused; taken from the link, so that the institution need not ask back."""

    specialty = forms.SlugField(required=False)
    doctor = forms.UUIDField(required=False)
    day = forms.DateField(required=False)
    reason = forms.SlugField(required=False, max_length=Appeal._meta.get_field("reason_code").max_length)


class LetterForm(forms.Form):
    text = forms.CharField(label=_("What do you ask for?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    reply_to = forms.CharField(label=_("Telephone or e-mail for the answer"), required=False,
                               max_length=Appeal._meta.get_field("reply_to").max_length)


@public
def ask_institution(request):
    """Ask for more coupons, other hours or another look; the letter says by itself what was refused."""
    about, form, refusal, sent = AboutForm(request.GET), LetterForm(request.POST or None), None, False
    told = about.cleaned_data if about.is_valid() else {}
    specialty = specialties.one(told["specialty"]) if told.get("specialty") else None
    doctor = specialties.doctor(specialty, told["doctor"]) if specialty and told.get("doctor") else None
    if request.method == "POST" and form.is_valid():
        try:
            send_appeal(by=request.visitor or hold.system(), sender="" if request.visitor else _client(request),
                        specialty=specialty, doctor=doctor,
                        day=told.get("day"), reason_code=told.get("reason", ""), request_key=request_key(request),
                        **form.cleaned_data)
            sent = True
        except Refusal as found:
            refusal = found
    return page(request, "appeal.html", {"form": form, "specialty": specialty, "doctor": doctor,
                                         "day": told.get("day"), "sent": sent,
                                         "refusal": refusal}, status=refusal.status if refusal else 200)


def _client(request) -> str:
    return key("appeal", network_of(request.META.get("REMOTE_ADDR", "")))
