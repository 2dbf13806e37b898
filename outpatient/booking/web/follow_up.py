"""At the end of a visit: the coupon to come again, and referrals to specialists (R37, R39). A fragment of the visit's page."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import cleaned, look, request_key
from orders.actions.service_request import request_service
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.models import Specialty
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.asker import open_referrals
from outpatient.booking.rules.code import referral_number
from outpatient.queries.visit import find

SYSTEM = "booking.specialty"
SHOWN = 60  # coupons ahead


class CouponForm(forms.Form):
    coupon = forms.UUIDField()
    override = forms.CharField(max_length=200, required=False)


class ReferralForm(forms.Form):
    specialty = forms.ModelChoiceField(Specialty.objects.all(), label=_("Specialty"), empty_label=None)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)


def _visit(request, encounter_id, purpose):
    visit = find(encounter_id)
    chart = chart_for(request.actor, visit.encounter.patient, purpose)
    return chart.patient, visit


@look("booking.see_follow_up")
def panel(request, encounter_id):
    """The doctor's own free coupons ahead, the patient's coupons, and his open referrals."""
    patient, visit = _visit(request, encounter_id, "visit:follow-up")
    return render(request, "booking/follow_up/_panel.html", {
        "patient": patient, "encounter": visit.encounter,
        "free": list(receptions.free_coupons().filter(reception__doctor=request.actor)[:SHOWN]),
        "coming": list(bookings.of_patient(patient)
                       .filter(cancelled_at__isnull=True, encounter__isnull=True, held_until__isnull=True,
                                                           coupon__starts_at__gt=visit.encounter.started_at)[:10]),
        "referrals": list(open_referrals().filter(patient=patient)), "form": ReferralForm(),
        "may_refer": request.actor.may("orders.request_service")})


@look("booking.see_follow_up")
def book(request, encounter_id):
    """Come again: a coupon by the doctor, beyond horizon and month limit; the patient gets slip and mail."""
    patient, _visit_row = _visit(request, encounter_id, "visit:follow-up")
    data = cleaned(CouponForm(request.POST))
    booking = book_coupon(data["coupon"], patient, by=request.actor, channel="doctor", override=data["override"],
                          request_key=request_key(request))
    return redirect("booking:booking", booking.pk)


@look("orders.request_service")
def refer(request, encounter_id):
    """Refer the patient to a specialty; with the referral he orders a coupon himself (R37)."""
    _patient, visit = _visit(request, encounter_id, "visit:referral")
    data = cleaned(ReferralForm(request.POST))
    row = request_service(visit.encounter, by=request.actor, category="referral", text=data["specialty"].name, system=SYSTEM,
                          code=data["specialty"].code, reason=data["reason"], request_key=request_key(request))
    return redirect("booking:referral_slip", row.pk)


@look("booking.see_follow_up")
def slip(request, request_id):
    """The referral on paper."""
    row = open_referrals().select_related("patient", "requester", "encounter__department").filter(pk=request_id).first()
    if row is None:
        raise NotFound()
    chart_for(request.actor, row.patient, "referral:slip")
    return render(request, "booking/follow_up/slip.html", {"row": row, "specialty": Specialty.objects.get(code=row.code),
                                                           "number": referral_number(row.pk)})
