"""The rules of the checks: browsing them with their sources, the classes behind them, setting how loud one is."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr.errors import NotFound
from emr.pages import cleaned, look, page_of, request_key
from orders.actions.safety import set_check_tier
from orders.models import DoseLimit, Tier
from orders.queries import safety_rule as queries

SHOWN = 60  # substances of a class on the page of a rule


class FilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Drug or words"), required=False, max_length=80)
    tier = forms.ChoiceField(label=gettext_lazy("How loud"), required=False, choices=[("", "—"), *Tier.choices])
    severity = forms.CharField(label=gettext_lazy("Severity of the source"), required=False, max_length=40)
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=[
        ("", "—"), ("interaction", gettext_lazy("interactions")), ("limit", gettext_lazy("limits"))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["severity"].widget = forms.Select(choices=[("", "—"), *((word, word) for word in queries.severities())])


class TierForm(forms.Form):
    tier = forms.ChoiceField(label=gettext_lazy("How loud"), choices=Tier.choices)
    is_active = forms.BooleanField(label=gettext_lazy("The rule speaks"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


def tabs(request):
    """Rules and classes, side by side."""
    here = request.resolver_match.url_name
    return [{"label": label, "url": reverse(f"orders:{name}"), "icon": icon, "current": name == here}
            for name, label, icon in (("rules", _("Rules"), "alert-triangle"),
                                      ("classes", _("Classes of substances"), "list-details"))]


@look("orders.see_safety_rules")
def page(request):
    """The rules, filtered by drug, tier, severity, source."""
    form = FilterForm(request.GET)
    asked = cleaned(form) if request.GET else {}
    rows = queries.all_rules(asked.get("q", ""), **{name: asked.get(name, "") for name in ("tier", "severity", "source", "kind")})
    return render(request, "orders/rule/page.html", {"page": page_of(request, rows), "form": form, "tabs": tabs(request),
                                                     "tiers": dict(Tier.choices)})


@look("orders.see_safety_rules")
def classes(request):
    """Which substance belongs to which class, by whose word."""
    asked = request.GET.get("q", "")[:80]
    return render(request, "orders/rule/classes.html", {"page": page_of(request, queries.members(asked)), "asked": asked,
                                                        "tabs": tabs(request)})


@look("orders.see_safety_rules")
def one(request, code):
    """One rule: its sides with their substances, its source, who set how loud it is."""
    row = queries.one(code)
    if row is None:
        raise NotFound()
    sides = [row.target] if isinstance(row, DoseLimit) else [row.left, row.right]
    return render(request, "orders/rule/one.html", {
        "row": row, "sides": [(side, list(queries.members(side).filter(key=side)[:SHOWN])) for side in sides],
        "is_limit": isinstance(row, DoseLimit), "changes": queries.changes(row)[:20],
        "form": TierForm(initial={"tier": row.tier, "is_active": row.is_active}),
        "may_set": request.actor.may("orders.set_check_tier"), "crumbs": [{"label": _("Rules"), "url": reverse("orders:rules")}]})


@look("orders.set_check_tier")
def set_tier(request, code):
    """Set how loud the rule is here, with the reason."""
    if request.method == "POST":
        data = cleaned(TierForm(request.POST))
        set_check_tier(code, by=request.actor, request_key=request_key(request), **data)
    return redirect("orders:rule", code)
