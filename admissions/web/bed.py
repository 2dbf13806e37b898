"""The bed board: all places, free and taken; a patient is admitted or moved by choosing a bed (B2)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from admissions.actions.admission import admit_patient
from admissions.actions.stay import transfer_patient
from admissions.models import AdmissionRequest
from admissions.queries import stay as queries
from admissions.queries.row import row_of
from admissions.web.diagnosis import DiagnosisForm
from emr.access import chart_for, link_of, log_reading
from emr.models import Department, Encounter, Patient, Staff
from emr.pages import cleaned, look, request_key
from emr.permissions import sections
from emr.queries import chart as charts


class BedField(forms.ModelChoiceField):
    """A free bed with its ward and who the room is for."""

    def label_from_instance(self, bed):
        words = [bed.label, bed.room.ward.name]
        if bed.room.is_isolation:
            words.append(_("isolation"))
        if bed.open_state:
            words.append(_("kept for") + " " + (bed.open_state["family"] or bed.open_state["note"]))
        if bed.room.sex != "any":
            words.append(bed.room.get_sex_display())
        return " · ".join(str(word) for word in words)


class PlaceForm(forms.Form):
    """Where to: a free bed of the department, or the department without a bed yet."""

    bed = BedField(None, label=_("Bed"), required=False, empty_label=_("no bed yet"))
    department = forms.ModelChoiceField(queries.admitting_departments(), label=_("Department"))

    def __init__(self, data=None, *, department, **options):
        super().__init__(data, initial={"department": department} | options.pop("initial", {}), **options)
        chosen = self.data.get("department") if self.is_bound else getattr(department, "pk", None)
        self.fields["bed"].queryset = queries.free_beds(Department.objects.filter(pk=chosen) if chosen else
                                                        queries.admitting_departments())


class AdmitForm(PlaceForm, DiagnosisForm):
    attending = forms.ModelChoiceField(Staff.objects.none(), label=_("Attending doctor"), required=False)
    reason = forms.CharField(label=_("Reason for admission"), max_length=300, required=False)
    boarding = forms.BooleanField(label=_("Waits for the bed in the emergency room"), required=False)
    field_order = ["department", "bed", "boarding", "attending", "reason", "diagnosis"]

    def __init__(self, data=None, *, department, **options):
        super().__init__(data, department=department, **options)
        self.fields["attending"].queryset = queries.doctors()


@look("admissions.see_beds")
def board(request):
    """All beds of the house or of one department."""
    departments = queries.admitting_departments()
    chosen = departments.filter(code=request.GET.get("department", "")).first()
    groups = queries.wards([chosen] if chosen else list(departments))
    places = [place for _ward, places in groups for place in places if place.bed]
    if not request.htmx:
        log_reading(request.actor, None, "bed board", "role")
    return render(request, "admissions/bed/_board.html" if request.htmx else "admissions/bed/board.html", {
        "groups": groups, "departments": departments, "chosen": chosen, "beds": len(places),
        "free": sum(place.state == "free" for place in places), "to_be_freed": sum(place.state == "to-be-freed"
                                                                                   for place in places),
        "may_mark": request.actor.may("admissions.mark_bed"),
        "shows_vitals": "vitals" in sections(request.actor.role_names),
        "may_move": request.actor.may("admissions.transfer_patient"), "may_admit": request.actor.may("admissions.admit_patient")})


@look("admissions.admit_patient")
def admit(request, patient_id):
    """Admit a patient: department, bed, attending doctor, admitting diagnosis. `?request=` names the admission request."""
    patient = row_of(Patient, patient_id)
    asked = row_of(AdmissionRequest, request.GET.get("request") or request.POST.get("request") or None)
    department = asked.department if asked else Department.objects.filter(
        pk__in=request.actor.department_ids, kind=Department.Kind.INPATIENT).first()
    form = AdmitForm(request.POST or None, department=department, initial={"attending": request.actor.pk,
                                                                           "reason": asked.reason if asked else ""})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("department", "bed", "attending", "reason", "boarding")}
        stay = admit_patient(patient, by=request.actor, request=asked, conditions=form.conditions(),
                             request_key=request_key(request), **values)
        return redirect("admissions:stay", stay.pk)
    return render(request, "admissions/bed/admit.html", {
        "patient": patient, "form": form, "asked_for": asked,
        "allergies": charts.allergies(patient) if link_of(request.actor, patient) else None},
                  status=422 if form.errors else 200)


@look("admissions.transfer_patient")
def move(request, encounter_id):
    """Move a patient to another bed or department: a dialog on the boards, a page without script."""
    stay = row_of(Encounter, encounter_id)
    chart_for(request.actor, stay.patient, "move")
    if request.method == "POST":
        values = cleaned(PlaceForm(request.POST, department=stay.department))
        moved = transfer_patient(stay, by=request.actor, bed=values["bed"], department=values["department"],
                                 request_key=request_key(request))
        if queries.needs_review(moved) and request.actor.may("orders.complete_reconciliation"):
            return redirect("orders:reconcile", stay.pk, "transfer")
        return redirect("admissions:stay", stay.pk)
    template = "admissions/bed/_move.html" if request.htmx else "admissions/bed/move.html"
    return render(request, template, {"stay": stay, "patient": stay.patient, "place": queries.present_place(stay),
                                      "form": PlaceForm(department=stay.department),
                                      "others": queries.others_in_beds(stay) if request.actor.may("admissions.swap_patients")
                                      else ()})
