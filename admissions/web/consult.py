"""Consults: what my departments are asked for and have asked for, with the due time; the answer (B15)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.consult import answer_consult
from admissions.queries import consult as queries
from emr import clock
from emr.access import log_reading
from emr.pages import cleaned, look, page_of, request_key


class AnswerForm(forms.Form):
    findings = forms.CharField(label=_("Findings"), max_length=4000, required=False, widget=forms.Textarea({"rows": 2}))
    assessment = forms.CharField(label=_("Assessment"), max_length=4000, required=False, widget=forms.Textarea({"rows": 2}))
    advice = forms.CharField(label=_("Advice"), max_length=4000, widget=forms.Textarea({"rows": 3}))


@look("admissions.answer_consult")
def page(request):
    """The consults that stand, the first due first."""
    log_reading(request.actor, None, "consults", "care")
    return render(request, "admissions/consult/page.html", {
        "page": page_of(request, queries.of_departments(request.actor.department_ids)), "now": clock.now(),
        "mine": request.actor.department_ids, "form": AnswerForm(auto_id=None)})


@require_POST
@look("admissions.answer_consult")
def answer(request, request_id):
    """Sign the consult note."""
    document = answer_consult(request_id, by=request.actor, request_key=request_key(request), **cleaned(AnswerForm(request.POST)))
    return redirect("emr:document", document.pk)
