"""The door: who came, with what, and how urgent it is, in one form (A1, A2, A4)."""
import uuid

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from admissions.actions.emergency_visit import register_arrival
from admissions.actions.triage import triage_patient
from admissions.models import Announcement, EmergencyVisit
from admissions.queries.row import row_of
from admissions.web.announcement import my_emergency_room
from admissions.web.triage import level_choices
from emr.actions.patient import register_patient, register_unknown_patient
from emr.inputs import DayInput, Segments
from emr.models import Department, Patient
from emr.pages import look, request_key
from emr.queries.patient import search

FOUND, NEW, UNKNOWN = "found", "new", "unknown"


class ArrivalForm(forms.Form):
    who = forms.ChoiceField(label=_("Who came"), widget=Segments, initial=FOUND, choices=[
        (FOUND, _("found in the search")), (NEW, _("new patient")), (UNKNOWN, _("unknown person"))])
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    family = forms.CharField(label=_("Family name"), max_length=120, required=False)
    given = forms.CharField(label=_("Given name"), max_length=120, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False)
    birth_date = forms.DateField(label=_("Born"), required=False, widget=DayInput)
    sex = forms.ChoiceField(label=_("Sex"), choices=Patient.Sex.choices, initial="unknown", widget=Segments)
    accept_duplicates = forms.BooleanField(label=_("It is another person than those with the same name"), required=False)
    age = forms.IntegerField(label=_("About how old"), required=False, min_value=0, max_value=120)
    description = forms.CharField(label=_("What can be seen"), max_length=300, required=False)
    department = forms.ModelChoiceField(Department.objects.filter(kind=Department.Kind.EMERGENCY), label=_("Received in"),
                                        empty_label=None)
    complaint = forms.CharField(label=_("Complaint"), max_length=500, required=False)
    arrival_mode = forms.ChoiceField(label=_("Came"), choices=EmergencyVisit.ArrivalMode.choices, widget=Segments,
                                     initial="walk-in")
    brought_by = forms.CharField(label=_("Brought by"), max_length=200, required=False)
    announced = forms.UUIDField(required=False, widget=forms.HiddenInput)
    level = forms.TypedChoiceField(label=_("Triage level"), required=False, coerce=int, empty_value=None, widget=Segments,
                                   choices=lambda: [("", _("later")), *level_choices()])

    def clean(self):
        data = super().clean()
        if data.get("who") == FOUND and not data.get("patient"):
            self.add_error("who", _("Search the patient and choose one, or choose “new” or “unknown”."))
        if data.get("who") == NEW and not data.get("family"):
            self.add_error("family", _("The family name is needed for a new patient."))
        return data


@look("admissions.register_arrival")
def page(request):
    """Register an arrival; the search finds while one types."""
    if request.htmx and request.method == "GET":
        return render(request, "admissions/arrival/_found.html", _found(request))
    form = ArrivalForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        encounter = _register(form.cleaned_data, request.actor, request_key(request))
        return redirect("admissions:visit", encounter.pk)
    context = {"form": form, "chosen": form["patient"].value()} | _found(request)
    return render(request, "admissions/arrival/page.html", context, status=422 if form.errors else 200)


def _initial(request):
    """What an announcement told already."""
    coming = row_of(Announcement, request.GET.get("announced") or None)
    told = {name: getattr(coming, name) for name in ("complaint", "arrival_mode", "brought_by", "sex", "age")} if coming else {}
    return {"department": coming.department if coming else my_emergency_room(request.actor),
            "announced": coming and coming.pk} | told


def _found(request):
    asked = (request.GET.get("q") or request.POST.get("q") or "")[:80]
    return {"asked": asked, "patients": list(search(request.actor, asked, limit=8)) if asked.strip() else []}


def _register(values, actor, key):
    """Patient, visit and triage are three acts with a key each, so that sending the form twice does each once."""
    patient = values["patient"]
    if values["who"] == NEW:
        names = ("family", "given", "patronymic", "sex", "birth_date", "accept_duplicates")
        patient = register_patient(by=actor, request_key=uuid.uuid5(key, "patient"), **{name: values[name] for name in names})
    elif values["who"] == UNKNOWN:
        patient = register_unknown_patient(by=actor, request_key=uuid.uuid5(key, "patient"), sex=values["sex"],
                                           age=values["age"], description=values["description"])
    about = {name: values[name] for name in ("department", "complaint", "arrival_mode", "brought_by", "announced")}
    encounter = register_arrival(patient, by=actor, request_key=key, **about)
    if values["level"]:
        triage_patient(encounter, by=actor, request_key=uuid.uuid5(key, "triage"), level=values["level"])
    return encounter
