"""One's own PIN."""
from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.actions.staff_pin import issue_badge, set_pin
from emr.errors import Malformed
from emr.inputs import PinInput
from emr.pages import cleaned, look, request_key
from emr.queries.staff_pin import pin_of


class PinForm(forms.Form):
    password = forms.CharField(label=_("Your password"), max_length=200, strip=False,
                               widget=forms.PasswordInput({"autocomplete": "current-password"}))
    pin = forms.CharField(label=_("New PIN"), max_length=8, widget=PinInput({"inputmode": "numeric", "autocomplete": "off"}),
                          help_text=_("4 to 8 digits, not all the same and not in a row."))
    again = forms.CharField(label=_("The same PIN again"), max_length=8,
                            widget=PinInput({"inputmode": "numeric", "autocomplete": "off"}))


class BadgeForm(forms.Form):
    code = forms.CharField(label=_("Badge"), max_length=100, required=False, widget=PinInput,
                           help_text=_("Scan it here. Empty: the badge is taken away."))


@look("emr.set_pin")
def own(request):
    """Choose the PIN with which one signs at a colleague's screen and unlocks a terminal."""
    if request.method == "POST":
        data = cleaned(PinForm(request.POST))
        if data["pin"] != data["again"]:
            raise Malformed(problem=str(_("the two PINs are not the same")))
        set_pin(by=request.actor, pin=data["pin"], password=data["password"], request_key=request_key(request))
        messages.success(request, _("Your PIN is set. Nobody else knows it; tell it to nobody."))
        return redirect("emr:own_pin")
    return render(request, "emr/staff/pin.html", {"form": PinForm(), "pin": pin_of(request.actor)})


@look("emr.issue_badge")
def badge(request, staff_id):
    """Give somebody a badge, or take it away."""
    if request.method == "POST":
        issue_badge(staff_id, by=request.actor, code=cleaned(BadgeForm(request.POST))["code"], request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)
