"""Infusions: prescribing one with its conversion in sight, and ordering another rate."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.inputs import AmountInput, MomentInput
from emr.pages import cleaned, look, request_key
from orders.actions.infusion_rate import change_rate as order_rate
from orders.errors import NotAnInfusion
from orders.queries import infusion as queries
from orders.rules.infusion import UNITS
from orders.web.forms import ANSWERS, AnswerForm, routes
from orders.web.order import done, in_words, of_chart, preview_order, write_order

BAG = ("bag_volume", "diluent", "total_volume", "rate", "rate_unit")
RATES = [(unit, unit) for unit in UNITS]


class InfusionForm(AnswerForm):
    """An infusion as it is written; what it must say is checked by the act."""

    medication = forms.UUIDField(label=_("Drug"), widget=forms.HiddenInput)
    dose = forms.CharField(label=_("Drug in one bag"), required=False, max_length=20, widget=AmountInput,
                           help_text=_("Empty: the fluid itself."))
    dose_unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    bag_volume = forms.CharField(label=_("Millilitres in one bag"), max_length=20, widget=AmountInput)
    diluent = forms.CharField(label=_("Diluted with"), required=False, max_length=120)
    rate = forms.CharField(label=_("Rate"), max_length=20, widget=AmountInput)
    rate_unit = forms.ChoiceField(label=_("Unit of the rate"), choices=RATES)
    total_volume = forms.CharField(label=_("Millilitres in all"), required=False, max_length=20, widget=AmountInput,
                                   help_text=_("Empty: until it is stopped."))
    route = forms.ChoiceField(label=_("Route"), required=False, choices=routes, initial="IV")
    starts_at = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput, help_text=_("Empty: from now."))
    ends_at = forms.DateTimeField(label=_("Until"), required=False, widget=MomentInput)
    indication = forms.CharField(label=_("Indication"), required=False, max_length=300)
    instructions = forms.CharField(label=_("Instructions"), required=False, max_length=500)

    def order(self):
        """The fields as `prescribe_medication` takes them; the form must be valid."""
        data = {name: value for name, value in self.cleaned_data.items() if value not in (None, "") and name not in ANSWERS}
        data.pop("medication", None)
        if "dose" in data:
            data["dose"] = data["dose"].replace(",", ".")
        else:
            data.pop("dose_unit", None)
        return {**{name: value for name, value in data.items() if name not in BAG},
                "infusion": {name: data[name] for name in BAG if name in data}}


class RateForm(forms.Form):
    """Another rate, and why."""

    rate = forms.CharField(label=_("Rate"), max_length=20, widget=AmountInput)
    rate_unit = forms.ChoiceField(label=_("Unit of the rate"), choices=RATES)
    since = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput, help_text=_("Empty: from now."))
    reason = forms.CharField(label=_("Reason"), max_length=300)


@look("orders.prescribe_medication")
def prescribe(request, encounter_id):
    """Write an infusion, see what the pump is set to, sign it. Nothing is saved until it is signed."""
    return write_order(request, encounter_id, InfusionForm, "orders/infusion/prescribe.html")


@require_POST
@look("orders.prescribe_medication")
def preview(request, encounter_id):
    """The infusion in words with its conversion, or the sentence that says what is still missing."""
    return preview_order(request, encounter_id, InfusionForm)


@look("orders.change_rate")
def change_rate(request, request_id):
    """Order another rate of an infusion, with the reason."""
    row = of_chart(request, request_id, "orders:change_rate")
    in_words([row])
    if row.bag is None:
        raise NotAnInfusion()
    unit = row.runs.now.unit if row.runs and row.runs.now else "ml/h"
    form = RateForm(request.POST or None, initial={"rate_unit": unit})
    if request.method == "POST":
        order_rate(row, by=request.actor, request_key=request_key(request), **cleaned(form))
        return done(request, row, _("Another rate is ordered"))
    return render(request, "orders/infusion/_rate.html", {
        "order": row, "form": form, "rates": queries.rates_of([row]).get(row.pk, [])})
