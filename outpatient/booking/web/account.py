"""The personal account: for whom it orders, their coupons, and which accounts order for a patient (R72, R73)."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import back, cleaned, look, request_key
from outpatient.booking.actions.account import (
    add_account_patient,
    confirm_account_patient,
    end_account_patient,
    open_account,
)
from outpatient.booking.actions.rebooking import reschedule_booking
from outpatient.booking.queries import account as queries
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries import no_show as no_shows
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.offer import offers

CHOSEN = "ordering_for"


class PatientForm(forms.Form):
    patient = forms.UUIDField()


class MoveForm(forms.Form):
    coupon = forms.UUIDField()


class OpenForm(forms.Form):
    username = forms.CharField(max_length=80)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False)


def switcher(request) -> dict:
    """For whom the account orders now, and for whom it could: shown on every step (R35). One query."""
    people = queries.patients_of(request.actor)
    chosen = request.session.get(CHOSEN)
    current = next((row for row in people if str(row.pk) == chosen), people[0] if people else request.actor)
    return {"people": people, "current": current}


@look("booking.see_account")
def page(request):
    """Whom this account orders for, and which accounts order for its holder."""
    today = clock.today()
    return render(request, "booking/account/page.html", switcher(request) | {
        "members": [(row, row.until is not None and row.until <= today) for row in queries.members(request.actor)],
        "attached": list(queries.attached_to(request.actor)), "decisions": list(no_shows.decisions(request.actor)[:20])})


@look("booking.see_account")
def switch(request):
    """Order for another patient of the account from now on."""
    wanted = cleaned(PatientForm(request.POST))["patient"]
    if not queries.is_of(request.actor, wanted):
        raise NotFound()
    request.session[CHOSEN] = str(wanted)
    return back(request, "booking:my_bookings")


@look("booking.end_account_patient")
def end(request, row_id):
    """The account no longer orders for this patient."""
    end_account_patient(row_id, by=request.actor, request_key=request_key(request), **cleaned(ReasonForm(request.POST)))
    return back(request, "booking:account" if "patient" in request.actor.role_names else "booking:receptions")


@look("booking.confirm_account_patient")
def confirm(request, row_id):
    """The account may go on ordering for the patient who has come of age."""
    confirm_account_patient(row_id, by=request.actor, request_key=request_key(request))
    return back(request, "booking:account" if "patient" in request.actor.role_names else "booking:receptions")


@look("booking.see_account")
def move(request, booking_id):
    """Another time for a coupon of one's patients; the old one is kept until the new one is given."""
    booking = bookings.one(request.actor, booking_id)
    if request.method == "POST":
        moved = reschedule_booking(booking, cleaned(MoveForm(request.POST))["coupon"], by=request.actor,
                                   request_key=request_key(request))
        return redirect("booking:booking", moved.pk)
    row, today = setting(), clock.today()
    shown = parse_date(request.GET.get("day", "")) or booking.day
    filters = {"specialty": booking.specialty_id} if booking.specialty_id else {"doctor": booking.coupon.reception.doctor_id}
    who = asker(booking.patient_id, booking.channel, without=booking)
    days = calendar(who, today, today + dt.timedelta(days=row.horizon_days), row=row, **filters)
    return render(request, "booking/account/move.html", {
        "booking": booking, "days": [day for day in days if day.state in ("green", "grey")], "day": shown,
        "offers": offers(who, shown, row, **filters)})


@look("booking.see_accounts")
def of_patient(request, patient_id):
    """The registry: which accounts order for this patient, and his own account."""
    patient = chart_for(request.actor, patient_id, "accounts").patient
    return _of_patient(request, patient, queries.attached_to(patient))


@look("booking.open_account")
def open_for(request, patient_id):
    """The registry gives the person a login; the first password is shown this once."""
    patient = chart_for(request.actor, patient_id, "accounts").patient
    user = open_account(patient, by=request.actor, request_key=request_key(request), **cleaned(OpenForm(request.POST)))
    patient.refresh_from_db()
    return _of_patient(request, patient, queries.attached_to(patient), password=getattr(user, "first_password", ""))


@look("booking.add_account_patient")
def add(request, patient_id):
    """The registry lets the account of this person order for another patient whose document was shown."""
    holder = chart_for(request.actor, patient_id, "accounts").patient
    add_account_patient(cleaned(PatientForm(request.POST))["patient"], by=request.actor, account=holder.user_id,
                        request_key=request_key(request))
    return redirect("booking:accounts", patient_id)


def _of_patient(request, patient, attached, password=""):
    return render(request, "booking/account/of_patient.html", {
        "patient": patient, "attached": list(attached), "members": list(queries.members(patient)), "password": password,
        "may_open": request.actor.may("booking.open_account") and not patient.user_id})
