"""Admission requests: what my department is asked for, and its answer."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.admission_request import answer_admission, withdraw_admission_request
from admissions.queries import admission_request as queries
from emr.pages import back, cleaned, look, page_of, request_key


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[("accept", _("Accept")), ("decline", _("Decline"))])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


@look("admissions.see_ward")
def requests(request):
    """Requests to my departments that wait for an answer or for a bed."""
    rows = page_of(request, queries.standing(request.actor.department_ids))
    return render(request, "admissions/admission_request/page.html", {
        "page": rows, "may_answer": request.actor.may("admissions.answer_admission"),
        "may_admit": request.actor.may("admissions.admit_patient")})


@require_POST
@look("admissions.answer_admission")
def answer(request, request_id):
    """Accept the patient, or decline with the reason."""
    values = cleaned(AnswerForm(request.POST))
    answer_admission(request_id, by=request.actor, accept=values["answer"] == "accept", reason=values["reason"],
                     request_key=request_key(request))
    return redirect("admissions:requests")


@require_POST
@look("admissions.withdraw_admission_request")
def withdraw(request, request_id):
    """Take an admission request back."""
    withdraw_admission_request(request_id, by=request.actor, reason=request.POST.get("reason", ""),
                               request_key=request_key(request))
    return back(request, "admissions:board")
