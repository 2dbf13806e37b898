"""The costs of the house: what was spread, and spreading anew with a dry run first."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from billing.actions.overhead_run import spread_overhead
from billing.queries import overhead_run as queries
from billing.rules.step_down import rates, read, step_down
from billing.web.payer import tabs
from emr import clock
from emr.inputs import DayInput
from emr.pages import cleaned, look, page_of, request_key


class SpreadForm(forms.Form):
    """Cost centres, one a line, and the days whose bed-days and visits bear them."""

    since = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Up to"), widget=DayInput())
    valid_from = forms.DateField(label=gettext_lazy("The rates hold from"), widget=DayInput())
    entered = forms.CharField(label=gettext_lazy("Cost centres"), max_length=20000,
                              widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
                              help_text=gettext_lazy("One a line, in the order in which they give: name; cost; receiver=units, "
                                                     "receiver=units. "
                                                     "Receivers are centres further down or codes of departments."))


@look("billing.see_tariffs")
def spread(request):
    """Runs; and a new one: first the rates that would come of it, then the decision."""
    first = clock.today().replace(day=1)
    last = first - dt.timedelta(days=1)
    form = SpreadForm(request.POST or None, initial={"since": last.replace(day=1), "until": last, "valid_from": first})
    found, may_spread = None, request.actor.may("billing.spread_overhead")
    if request.method == "POST" and form.is_valid():
        asked = cleaned(form)
        if "decide" in request.POST:
            spread_overhead(by=request.actor, request_key=request_key(request), **asked)
            return redirect("billing:overhead")
        found = rates(step_down(read(asked["entered"], queries.departments())), queries.bases(asked["since"], asked["until"]))
    return render(request, "billing/tariff/overhead.html", {
        "form": form, "found": found, "page": page_of(request, queries.runs(), size=12), "may_spread": may_spread,
        "departments": queries.departments(), "tabs": tabs("overhead")}, status=422 if form.errors else 200)
