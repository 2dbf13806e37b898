"""People on pages: found, registered, corrected, identified; their data as a tab of the chart."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.access import chart_for, log_reading
from emr.actions import patient as acts
from emr.inputs import DayInput, MomentInput, Segments
from emr.models import Patient
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import patient as queries
from emr.rules import person

NAMES = {"maxlength": 120, "autocomplete": "off", "spellcheck": "false"}


class PersonForm(forms.Form):
    """Who somebody is. The page saves what was typed; the act judges it."""

    family = forms.CharField(label=_("Family name"), max_length=120, widget=forms.TextInput({**NAMES, "autofocus": True}))
    given = forms.CharField(label=_("Given name"), max_length=120, required=False, widget=forms.TextInput(NAMES))
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False, widget=forms.TextInput(NAMES))
    sex = forms.ChoiceField(label=_("Sex"), choices=Patient.Sex.choices, widget=Segments, initial="unknown")
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=DayInput)
    birth_precision = forms.ChoiceField(label=_("Birth date is known"), choices=Patient.Precision.choices, initial="day")
    phone = forms.CharField(label=_("Telephone"), max_length=120, required=False, widget=forms.TextInput({"inputmode": "tel"}))


class RegisterForm(PersonForm):
    """Everything that a new patient may be asked at the desk; only the name is needed."""

    email = forms.CharField(label=_("E-mail"), max_length=120, required=False)
    city = forms.CharField(label=_("Town or village"), max_length=120, required=False)
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    house = forms.CharField(label=_("House"), max_length=20, required=False)
    flat = forms.CharField(label=_("Flat"), max_length=20, required=False)
    document_system = forms.CharField(label=_("Kind of document"), max_length=200, required=False, initial="urn:emr:passport",
                                      widget=forms.HiddenInput)
    document_value = forms.CharField(label=_("Passport or other document number"), max_length=120, required=False)
    contact_person = forms.CharField(label=_("Whom to tell"), max_length=200, required=False)
    contact_phone = forms.CharField(label=_("Telephone of that person"), max_length=120, required=False)
    relationship = forms.CharField(label=_("Relationship"), max_length=60, required=False)

    def facts(self) -> dict:
        """The fields as keyword arguments of register_patient."""
        values = dict(self.cleaned_data)
        address = {name: values.pop(name) for name in ("city", "street", "house", "flat")}
        system, number = values.pop("document_system"), values.pop("document_value")
        identifiers = [{"system": system or "urn:emr:passport", "value": number, "kind": "passport"}] if number else []
        return values | {"address": address, "identifiers": identifiers}


@look("emr.search_patients")
def found(request):
    """The patient search: as one types, in either alphabet or keyboard layout; arrows choose, Enter opens."""
    text = request.GET.get("q", "")
    if text:
        log_reading(request.actor, None, "search", "search")
    rows = page_of(request, queries.search(request.actor, text, limit=100), size=25)
    context = {"page": rows, "search_text": text, "visible": queries.visible_among(request.actor, rows),
               "may_open": request.actor.may("emr.see_chart"), "may_register": request.actor.may("emr.register_patient"),
               "may_break": request.actor.may("emr.break_glass"),
               "may_unknown": request.actor.may("emr.register_unknown_patient")}
    return render(request, "emr/patient/_found.html" if request.htmx else "emr/patient/search.html", context)


@look("emr.register_patient")
def register(request):
    """Register somebody; a likely duplicate is shown and asked about, never made silently."""
    initial = {"family": request.GET.get("family", "")[:120]}
    form, candidates = RegisterForm(request.POST or None, initial=initial), []
    if request.method == "POST" and form.is_valid():
        try:
            patient = acts.register_patient(**form.facts(), accept_duplicates="accept_duplicates" in request.POST,
                                            by=request.actor, request_key=request_key(request))
            return redirect("emr:patient_data", patient.pk)
        except acts.LikelyDuplicate as refusal:
            candidates = refusal.data["candidates"]
    status = 422 if request.method == "POST" else 200
    return render(request, "emr/patient/register.html", {"form": form, "candidates": candidates,
                                                         "asked": bool(candidates)}, status=status)


@look("emr.register_patient")
@require_POST
def duplicates(request):
    """The fragment under the registration form: people who may be the one being typed."""
    form = RegisterForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    number = given.get("document_value")
    rows = queries.likely_duplicates(
        family=given.get("family", ""), given=given.get("given", ""), patronymic=given.get("patronymic", ""),
        sex=given.get("sex") or "unknown", birth_date=given.get("birth_date"),
        birth_precision=given.get("birth_precision") or "day", phones=[person.phone(given.get("phone", ""))],
        identifiers=[(given.get("document_system") or "urn:emr:passport", number)] if number else [])
    return render(request, "emr/patient/_duplicates.html", {"candidates": queries.describe(rows)})


@look("emr.see_chart")
def data(request, patient_id):
    """The person behind the chart: names, contacts, identifiers, joined records, and what may be done about them."""
    row = queries.patient(request.actor, patient_id, "page:person")
    may = {name: request.actor.may(f"emr.{name}") for name in (
        "correct_patient", "identify_patient", "merge_patients", "unmerge_patients", "add_identifier", "note_death")}
    context = {"patient": row, "merges": queries.live_merges(row), "may": may}
    return render(request, "emr/patient/_data.html" if request.htmx else "emr/patient/data.html", context)


@look("emr.correct_patient")
def correct(request, patient_id):
    """Correct a patient's data; a name that was changed, not misspelt, is kept as an earlier one."""
    row = queries.patient(request.actor, patient_id, "page:correct")
    own = {name: getattr(row, name) for name in ("family", "given", "patronymic", "sex", "birth_date", "birth_precision")}
    form = PersonForm(request.POST or None, initial=own | {"phone": queries.phone_of(row)})
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        acts.correct_patient(row.pk, **changes, keep_earlier_name="keep_earlier_name" in request.POST,
                             by=request.actor, request_key=request_key(request))
        return redirect("emr:patient_data", row.pk)
    return render(request, "emr/patient/correct.html", {"form": form, "patient": row},
                  status=422 if request.method == "POST" else 200)


@look("emr.identify_patient")
def identify(request, patient_id):
    """Say who an unknown patient is; when that person is registered already, offer to join the records."""
    row = chart_for(request.actor, patient_id, "page:identify").patient
    form, candidates = PersonForm(request.POST or None, initial={"sex": row.sex}), []
    if request.method == "POST" and form.is_valid():
        try:
            acts.identify_patient(row.pk, **form.cleaned_data, accept_duplicates="accept_duplicates" in request.POST,
                                  by=request.actor, request_key=request_key(request))
            return redirect("emr:patient_data", row.pk)
        except acts.LikelyDuplicate as refusal:
            candidates = refusal.data["candidates"]
    return render(request, "emr/patient/identify.html", {"form": form, "patient": row, "candidates": candidates},
                  status=422 if request.method == "POST" else 200)


class UnknownForm(forms.Form):
    """What can be seen of somebody who cannot say who he is."""

    sex = forms.ChoiceField(label=_("Sex"), choices=Patient.Sex.choices, widget=Segments, initial="unknown")
    age = forms.IntegerField(label=_("Age, about"), required=False, min_value=0, max_value=120)
    description = forms.CharField(label=_("What can be seen"), max_length=300, required=False,
                                  help_text=_("Clothes, hair, scars, who brought the person."))
    wristband = forms.CharField(label=_("Pre-printed wristband"), max_length=120, required=False,
                                help_text=_("Scan it, if one was put on."))


@look("emr.register_unknown_patient")
def unknown(request):
    """Two presses for somebody without a name: sex, about how old; the wristband prints next (A4, A5)."""
    form = UnknownForm(request.POST or None, initial={"wristband": request.GET.get("wristband", "")[:120]})
    if request.method == "POST" and form.is_valid():
        patient = acts.register_unknown_patient(**form.cleaned_data, by=request.actor, request_key=request_key(request))
        return redirect("emr:wristband", patient.pk)
    return render(request, "emr/patient/unknown.html", {"form": form}, status=422 if request.method == "POST" else 200)


class IdentifierForm(forms.Form):
    system = forms.CharField(label=_("Issued by (address of the authority)"), max_length=200)
    value = forms.CharField(label=_("Number"), max_length=120)
    kind = forms.CharField(label=_("Kind"), max_length=40, required=False)


@look("emr.add_identifier")
@require_POST
def add_identifier(request, patient_id):
    """Add a number that some authority gave the patient."""
    acts.add_identifier(patient_id, **cleaned(IdentifierForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:patient_data", patient_id)


class DeathForm(forms.Form):
    died_at = forms.DateTimeField(label=_("Died at"), widget=MomentInput, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@look("emr.note_death")
def note_death(request, patient_id):
    """Record when the patient died."""
    row = chart_for(request.actor, patient_id, "page:death").patient
    form = DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.note_death(row.pk, **form.cleaned_data, by=request.actor, request_key=request_key(request))
        return redirect("emr:chart", row.pk)
    return render(request, "emr/patient/death.html", {"form": form, "patient": row},
                  status=422 if request.method == "POST" else 200)
