"""Policies of orders: which drugs are not told by word of mouth, which a pharmacist verifies, within how many hours doctors sign.
"""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.inputs import Segments
from emr.models import Department
from emr.pages import cleaned, look, page_of, request_key
from orders.actions.order_policy import set_order_policy, set_verbal_hours
from orders.models import OrderPolicy
from orders.queries import order_policy as queries


class PolicyForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=60)
    kind = forms.ChoiceField(label=_("What is asked"), choices=OrderPolicy.Kind, widget=Segments)
    atc = forms.CharField(label=_("ATC code begins"), max_length=7, required=False)
    department = forms.ModelChoiceField(Department.objects.filter(institution__is_ours=True), label=_("Department"),
                                        required=False)
    is_controlled = forms.BooleanField(label=_("Controlled drugs only"), required=False)
    is_high_risk = forms.BooleanField(label=_("High-alert drugs only"), required=False)
    blocks_giving = forms.BooleanField(label=_("No dose before it is verified (STAT excepted)"), required=False)
    sentence = forms.CharField(label=_("Why, as the reader is told"), max_length=300)
    told_by = forms.CharField(label=_("Who decided it"), max_length=300)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)


class HoursForm(forms.Form):
    hours = forms.IntegerField(label=_("Hours to sign a verbal order"), min_value=1, max_value=336)


@look("orders.see_order_policies")
def page(request):
    """All policies; a row's code in the form below brings it up to date."""
    policies, setting = queries.all_policies(), queries.setting()
    known = policies.filter(code=request.GET.get("code", "")).first()
    initial = {name: getattr(known, name) for name in PolicyForm.base_fields} if known else None
    return render(request, "orders/policy/page.html", {
        "page": page_of(request, policies), "setting": setting, "known": known, "form": PolicyForm(initial=initial),
        "hours": HoursForm(initial={"hours": setting.sign_verbal_within_hours}),
        "may": {name: request.actor.may(f"orders.{name}") for name in ("set_order_policy", "set_verbal_hours")}})


@require_POST
@look("orders.set_order_policy")
def set_policy(request):
    """Add a policy or bring it up to date; the institution decides it then, and it is no demo any more."""
    set_order_policy(by=request.actor, request_key=request_key(request), **cleaned(PolicyForm(request.POST)))
    return redirect("orders:policies")


@require_POST
@look("orders.set_verbal_hours")
def set_hours(request):
    """Within how many hours verbal orders are signed."""
    set_verbal_hours(by=request.actor, request_key=request_key(request), **cleaned(HoursForm(request.POST)))
    return redirect("orders:policies")
