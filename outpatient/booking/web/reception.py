"""The day by doctor with its coupons, and publishing a reception."""
import datetime as dt

from django import forms
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.inputs import ClockInput, DayInput
from emr.models import Department, Patient, Staff
from emr.pages import look, request_key
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.queries import reception as queries
from outpatient.booking.web.account import switcher
from outpatient.queries.visit import departments

FAR = dt.timedelta(days=3650)


class ReceptionForm(forms.Form):
    doctor = forms.ModelChoiceField(Staff.objects.none(), label=_("Doctor"), required=False)
    title = forms.CharField(label=_("or a cabinet without a doctor"), max_length=200, required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), empty_label=None)
    room = forms.CharField(label=_("Consulting room"), max_length=20, required=False)
    day = forms.DateField(label=_("Day"), widget=DayInput)
    begin = forms.TimeField(label=_("Begins"), widget=ClockInput, initial="08:00")
    end = forms.TimeField(label=_("Ends"), widget=ClockInput, initial="14:00")
    minutes = forms.IntegerField(label=_("Minutes for one coupon"), min_value=3, max_value=240, initial=15)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["department"].queryset = departments()
        self.fields["doctor"].queryset = Staff.objects.filter(
            Q(roles__until__isnull=True) | Q(roles__until__gte=today), roles__role="ward_doctor", left_on__isnull=True,
            roles__since__lte=today).distinct()

    def clean(self):
        data = super().clean()
        if not data.get("doctor") and not data.get("title", "").strip():
            self.add_error("doctor", _("Choose a doctor, or name the cabinet."))
        return data


def asked_day(request) -> dt.date:
    """The day of `?day=`; today when none is asked for, or one that is more than ten years away."""
    today = clock.today()
    try:
        day = parse_date(request.GET.get("day", "")) or today
    except ValueError:
        return today
    return day if abs(day - today) < FAR else today


@look("booking.see_receptions")
def day(request):
    """One day by doctor: every coupon with free or taken, in words and signs."""
    shown, today = asked_day(request), clock.today()
    department = departments().filter(pk=request.GET["department"]).first() if _is_id(request.GET.get("department")) else None
    account = switcher(request) if isinstance(request.actor, Patient) else {}
    return render(request, "booking/reception/day.html", account | {
        "day": shown, "today": today, "days": queries.days_ahead(max(today, shown), department),
        "receptions": queries.of_day(request.actor, shown, department), "department": department,
        "departments": departments(), "before": shown - dt.timedelta(days=1), "after": shown + dt.timedelta(days=1),
        "patient": request.GET.get("patient") if _is_id(request.GET.get("patient")) else "",
        "is_patient": isinstance(request.actor, Patient), "may_publish": request.actor.may("booking.publish_reception"),
        "may_change": request.actor.may("booking.withdraw_coupon"),
        "may_book": request.actor.may("booking.book_coupon")})


def _is_id(text):
    try:
        return bool(forms.UUIDField().clean(text))
    except forms.ValidationError:
        return False


@look("booking.publish_reception")
def publish(request):
    """Publish a reception: doctor, room, day, shift, minutes."""
    form = ReceptionForm(request.POST or None, initial={"day": asked_day(request)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        publish_reception(
            by=request.actor, request_key=request_key(request), department=data["department"], doctor=data["doctor"],
            room=data["room"], title=data["title"], minutes=data["minutes"], starts_at=_moment(data["day"], data["begin"]),
            ends_at=_moment(data["day"], data["end"]))
        return redirect(f"{reverse('booking:receptions')}?day={data['day'].isoformat()}")
    return render(request, "booking/reception/publish.html", {"form": form}, status=422 if form.errors else 200)


def _moment(day, time):
    return timezone.make_aware(dt.datetime.combine(day, time))
