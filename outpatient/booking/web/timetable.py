"""When doctors receive: timetables and days that differ; an absence with everybody it hits, answered in one step (R12, R19)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr.inputs import ClockInput, DayInput
from emr.models import Department, Staff
from emr.pages import cleaned, look, page_of, request_key
from outpatient.booking.actions.cancelling import note_absence
from outpatient.booking.actions.timetable import add_exception, add_template, end_template, make_receptions, withdraw_exception
from outpatient.booking.models import CalendarException, DoctorSetting, ReceptionTemplate
from outpatient.booking.queries import hits as hit_queries
from outpatient.booking.queries import timetable as queries
from outpatient.booking.web.hits import answered, with_suggestions
from outpatient.booking.web.setting import WEEKDAYS

DOCTORS = Staff.objects.filter(left_on__isnull=True, pk__in=DoctorSetting.objects.values("doctor")).order_by("family", "given")
Kind = CalendarException.Kind


class TemplateForm(forms.Form):
    doctor = forms.ModelChoiceField(DOCTORS, label=_("Doctor"))
    department = forms.ModelChoiceField(Department.objects.filter(kind=Department.Kind.OUTPATIENT), label=_("Department"))
    room = forms.CharField(label=_("Consulting room"), max_length=20, required=False)
    weekdays = forms.TypedMultipleChoiceField(label=_("On"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple)
    weeks = forms.ChoiceField(label=_("Weeks"), choices=ReceptionTemplate.Weeks.choices)
    begins = forms.TimeField(label=_("From"), widget=ClockInput)
    ends = forms.TimeField(label=_("Until"), widget=ClockInput)
    minutes = forms.IntegerField(label=_("Minutes of a coupon"), min_value=3, max_value=240, required=False)
    valid_from = forms.DateField(label=_("Holds from"), widget=DayInput, required=False)
    valid_until = forms.DateField(label=_("Holds until"), widget=DayInput, required=False)


class ExceptionForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=[choice for choice in Kind.choices if choice[0] != Kind.ABSENCE])
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput, required=False)
    as_weekday = forms.TypedChoiceField(label=_("An extra day is worked like"), choices=[("", "–"), *WEEKDAYS], coerce=int,
                                        empty_value=None, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class UntilForm(forms.Form):
    until = forms.DateField(label=_("Until"))


class AbsenceForm(forms.Form):
    doctor = forms.ModelChoiceField(DOCTORS, label=_("Doctor"))
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)


@look("booking.add_template")
def page(request):
    """Timetables that hold, days that differ, and the forms for new ones."""
    shown, names = page_of(request, queries.templates()), dict(WEEKDAYS)
    return render(request, "booking/timetable/page.html", {
        "page": shown, "rows": [(row, [names[day] for day in row.weekdays]) for row in shown],
        "may_absence": request.actor.may("booking.cancel_reception"), "exceptions": list(queries.exceptions()[:100]),
        "form": TemplateForm(), "exception_form": ExceptionForm()})


@look("booking.add_template")
def add(request):
    """A new timetable."""
    add_template(by=request.actor, request_key=request_key(request), **cleaned(TemplateForm(request.POST)))
    return redirect("booking:timetable")


@look("booking.make_receptions")
def make(request, template_id):
    """Make its receptions now."""
    make_receptions(template_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:timetable")


@look("booking.end_template")
def end(request, template_id):
    """It holds until that day; empty receptions after it are taken back."""
    end_template(template_id, by=request.actor, request_key=request_key(request), **cleaned(UntilForm(request.POST)))
    return redirect("booking:timetable")


@look("booking.add_exception")
def differ(request):
    """A holiday, or a day worked like another weekday."""
    add_exception(by=request.actor, request_key=request_key(request), **cleaned(ExceptionForm(request.POST)))
    return redirect("booking:timetable")


@look("booking.withdraw_exception")
def withdraw(request, exception_id):
    """It does not hold after all."""
    withdraw_exception(exception_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:timetable")


@look("booking.cancel_reception")
def absence(request):
    """An absence: first whom it hits and what can be offered to each, then all of it in one step."""
    if request.method == "POST":
        return _absent(request)
    form = AbsenceForm(request.GET or None)
    found = cleaned(form) if request.GET.get("doctor") else None
    return render(request, "booking/timetable/absence.html", {"form": form, **(_hit(found) if found else {})})


def _hit(asked):
    receptions = list(hit_queries.receptions_of(asked["doctor"], asked["first"], asked["last"])[:200])
    return {"asked": asked, "receptions": receptions, "rows": with_suggestions(receptions, asked["first"], asked["last"])}


def _absent(request):
    asked = cleaned(AbsenceForm(request.POST))
    _exception, cancelled, refused = note_absence(by=request.actor, request_key=request_key(request),
                                                  **answered(request), **asked)
    return render(request, "booking/timetable/absent.html", {"asked": asked, "cancelled": cancelled, "refused": refused})
