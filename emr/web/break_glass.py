"""Opening a chart in an emergency, and the review afterwards."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.actions import break_glass as acts
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import patient as patients
from emr.queries import staff as queries

REASONS = [
    ("emergency", _("Emergency: the patient is before me and needs treatment now")),
    ("consult", _("A colleague asked me for advice")),
    ("cover", _("I stand in for a colleague")),
    ("call", _("The patient or another hospital is calling about the treatment")),
    ("other", _("Something else, as written below")),
]


class GlassForm(forms.Form):
    """A reason from the list, its details, and one's own password once more."""

    kind = forms.ChoiceField(label=_("Reason"), choices=REASONS, widget=forms.RadioSelect)
    details = forms.CharField(label=_("Details"), max_length=200, required=False)
    password = forms.CharField(label=_("Your password"), max_length=200, strip=False,
                               widget=forms.PasswordInput({"autocomplete": "current-password"}))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("The password is wrong."))
        return ""

    def clean(self):
        data = super().clean()
        if data.get("kind") == "other" and not data.get("details", "").strip():
            self.add_error("details", _("Write what it is."))
        return data

    def reason(self) -> str:
        """The reason as the journal keeps it: the kind's own word and the details."""
        return f"{self.cleaned_data['kind']}: {self.cleaned_data['details']}".strip(": ")


@look("emr.break_glass")
def open_chart(request, patient_id):
    """Open a chart for four hours with a reason. What follows is logged and reviewed."""
    row = patients.standing(patient_id)
    form = GlassForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        acts.break_glass(row.pk, reason=form.reason(), by=request.actor, request_key=request_key(request))
        return redirect("emr:chart", row.pk)
    return render(request, "emr/break_glass/open.html", {"form": form, "patient": row},
                  status=422 if request.method == "POST" else 200)


@look("emr.review_glass")
def glasses(request):
    """Charts opened in an emergency: to be reviewed, or reviewed."""
    reviewed = request.GET.get("reviewed") == "1"
    return render(request, "emr/break_glass/list.html", {"page": page_of(request, queries.glasses(reviewed=reviewed)),
                                                         "reviewed": reviewed})


class VerdictForm(forms.Form):
    verdict = forms.CharField(label=_("Verdict"), max_length=300)


@look("emr.review_glass")
@require_POST
def review(request, glass_id):
    """Say whether opening the chart was right."""
    acts.review_glass(glass_id, **cleaned(VerdictForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:glasses")
