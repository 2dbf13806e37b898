"""Phrases: the list of those one may use, writing, changing, withdrawing."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.actions import phrase as acts
from emr.models import Department
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import phrase as queries
from emr.rules.phrase import FIELDS


class PhraseForm(forms.Form):
    code = forms.CharField(label=_("Typed after a dot"), max_length=21, help_text=_("bp is used as .bp"))
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Shared in"), required=False,
                                        empty_label=_("nobody: my own"))
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea({"rows": 5}))

    def __init__(self, data=None, *, actor):
        super().__init__(data)
        self.fields["department"].queryset = Department.objects.filter(pk__in=actor.department_ids)


class ChangeForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea({"rows": 8}))


@look("emr.see_phrases")
def phrases(request):
    """The phrases one may use, own and shared; a new one."""
    if request.method == "POST":
        acts.write_phrase(by=request.actor, request_key=request_key(request),
                          **cleaned(PhraseForm(request.POST, actor=request.actor)))
        return redirect("emr:phrases")
    return render(request, "emr/phrase/list.html", {
        "page": page_of(request, queries.usable(request.actor)), "form": PhraseForm(actor=request.actor),
        "fields": FIELDS.values()})


@look("emr.change_phrase")
def change(request, phrase_id):
    """Write the next version of a phrase."""
    row = queries.usable_phrase(request.actor, phrase_id)
    if request.method == "POST":
        acts.change_phrase(row, by=request.actor, request_key=request_key(request), **cleaned(ChangeForm(request.POST)))
        return redirect("emr:phrases")
    return render(request, "emr/phrase/change.html", {
        "row": row, "form": ChangeForm(initial={"title": row.title, "text": row.text}), "fields": FIELDS.values()})


@require_POST
@look("emr.withdraw_phrase")
def withdraw(request, phrase_id):
    """Take a phrase out of use."""
    acts.withdraw_phrase(phrase_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return redirect("emr:phrases")
