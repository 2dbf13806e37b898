"""After how many days orders end by the institution's policy, where their author named no end."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.pages import cleaned, look, page_of, request_key
from orders.actions.auto_stop import set_auto_stop
from orders.queries import auto_stop as queries


class AutoStopForm(forms.Form):
    target = forms.CharField(label=_("ATC code begins"), max_length=190,
                             help_text=_("Such as J01; or a class of the checks, fda-epc:…"))
    days = forms.IntegerField(label=_("Ends after days"), min_value=1, max_value=365)
    told_by = forms.CharField(label=_("Who decided it"), max_length=300)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)


@look("orders.see_order_policies")
def page(request):
    """All rules; a row's target in the form below brings it up to date."""
    return render(request, "orders/auto_stop/page.html", {
        "page": page_of(request, queries.all_rules()), "form": AutoStopForm(),
        "may_set": request.actor.may("orders.set_auto_stop")})


@require_POST
@look("orders.set_auto_stop")
def set_rule(request):
    """Add a rule or bring it up to date; the institution decides it then, and it is no demo any more."""
    set_auto_stop(by=request.actor, request_key=request_key(request), **cleaned(AutoStopForm(request.POST)))
    return redirect("orders:auto_stops")
