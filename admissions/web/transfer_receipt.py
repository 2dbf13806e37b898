"""Receipts of patients handed from department to department: list, taking over, paper (A13)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.transfer_receipt import hand_over_patient, take_patient
from admissions.models import TransferReceipt
from admissions.queries import transfer_receipt as queries
from admissions.queries.row import row_of
from admissions.rules.transfer_receipt import told
from emr.access import chart_for, log_reading
from emr.pages import back, cleaned, look, page_of, request_key


class HandOverForm(forms.Form):
    belongings = forms.CharField(label=_("Belongings"), max_length=500, required=False)
    note = forms.CharField(label=_("What the next one must know"), max_length=500, required=False)


@look("admissions.see_receipts")
def receipts(request):
    """Patients on the way to or from my departments."""
    log_reading(request.actor, None, "receipts", "care")
    page = page_of(request, queries.of_departments(request.actor.department_ids))
    for row in page:
        told(row)
    return render(request, "admissions/transfer_receipt/list.html", {
        "page": page, "mine": request.actor.department_ids,
        "may_take": request.actor.may("admissions.take_patient")})


@look("admissions.see_receipts")
def paper(request, receipt_id):
    """The receipt on paper, both sides."""
    row = row_of(TransferReceipt, receipt_id, "encounter__patient", "from_department", "to_department", "recorded_by", "taken_by")
    chart_for(request.actor, row.encounter.patient, "receipt")
    return render(request, "admissions/transfer_receipt/paper.html", {"row": told(row), "patient": row.encounter.patient})


@require_POST
@look("admissions.hand_over_patient")
def hand_over(request, encounter_id):
    """Hand the patient over."""
    hand_over_patient(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(HandOverForm(request.POST)))
    return back(request, "admissions:receipts")


@require_POST
@look("admissions.take_patient")
def take(request, receipt_id):
    """Sign that the patient came."""
    take_patient(receipt_id, by=request.actor, remark=request.POST.get("remark", ""), request_key=request_key(request))
    return redirect("admissions:receipts")
