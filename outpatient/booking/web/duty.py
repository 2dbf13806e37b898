"""Who is on duty for what the rules do not foresee (R78)."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.inputs import DayInput
from emr.models import Staff
from emr.pages import cleaned, look, request_key
from outpatient.booking.actions.duty import set_duty
from outpatient.booking.models import Duty
from outpatient.booking.queries.duty import duties

DAYS = 14


class DutyForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DayInput)
    part = forms.ChoiceField(label=_("Duty"), choices=Duty.Part.choices)
    staff = forms.ModelChoiceField(Staff.objects.filter(left_on__isnull=True, kind=Staff.Kind.PERSON).order_by("family", "given"),
                                   label=_("Who"))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    room = forms.CharField(label=_("Consulting room"), max_length=20, required=False)


@look("booking.set_duty")
def roster(request):
    """The duties of two weeks, and the form that puts somebody on one."""
    if request.method == "POST":
        set_duty(by=request.actor, request_key=request_key(request), **cleaned(DutyForm(request.POST)))
        return redirect("booking:duties")
    today, found = clock.today(), {}
    for row in duties(days=DAYS):
        found.setdefault(row.day, {})[row.part] = row
    days = [today + dt.timedelta(days=ahead) for ahead in range(DAYS)]
    return render(request, "booking/duty/roster.html", {
        "form": DutyForm(initial={"day": today}), "parts": [label for _value, label in Duty.Part.choices],
        "rows": [(day, [found.get(day, {}).get(part) for part in Duty.Part.values]) for day in days]})
