"""Campaigns of the call centre: begun, watched, stopped; who was reached and who was not."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.pages import back, cleaned, look, page_of, request_key
from outpatient.booking.actions import campaign as acts
from outpatient.booking.models import CampaignCall, PhoneLine
from outpatient.booking.queries import campaign as queries


class CampaignForm(forms.Form):
    name = forms.CharField(label=_("Name of the campaign"), max_length=120)
    code = forms.CharField(label=_("Code of the examination"), max_length=40,
                           help_text=_("As it stands in the records, for example its LOINC code."))
    years = forms.IntegerField(label=_("Made more than so many years ago, or never"), min_value=1, max_value=20, initial=2)
    message = forms.CharField(label=_("What the voice says"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    line = forms.ModelChoiceField(PhoneLine.objects.filter(purpose=PhoneLine.Purpose.CAMPAIGNS), label=_("Line for campaigns"),
                                  empty_label=None)


@look("booking.see_campaigns")
def campaigns(request):
    """All campaigns, and a new one."""
    if request.method == "POST":
        data = cleaned(CampaignForm(request.POST))
        campaign = acts.begin_campaign(by=request.actor, request_key=request_key(request), **data)
        return redirect("booking:campaign", campaign.pk)
    return render(request, "booking/campaign/list.html", {"page": page_of(request, queries.campaigns()), "form": CampaignForm(),
                                                          "may_begin": request.actor.may("booking.begin_campaign")})


@look("booking.see_campaigns")
def campaign(request, campaign_id):
    """The report of one campaign: person by person, who was reached and who was not."""
    row = queries.one(campaign_id)
    rows, outcomes = queries.report(row)
    page, words = page_of(request, rows), dict(CampaignCall.Outcome.choices)
    return render(request, "booking/campaign/page.html", {
        "campaign": row, "page": page, "rows": [(each, words.get(outcomes.get(each.pk), "")) for each in page],
        "may_stop": request.actor.may("booking.stop_campaign") and not row.stopped_at})


@look("booking.stop_campaign")
def stop(request, campaign_id):
    """Dial nobody any more."""
    acts.stop_campaign(campaign_id, by=request.actor)
    return redirect("booking:campaign", campaign_id)


@look("booking.opt_out_of_dialling")
def opt_out(request, patient_id):
    """The patient does not want such calls."""
    acts.opt_out_of_dialling(patient_id, by=request.actor)
    return back(request, "booking:campaigns")
