"""Streets and districts for the registry: which houses belong to whom; before a rule is added one sees who lives there."""
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.inputs import DayInput
from emr.models import Department, Staff
from emr.pages import cleaned, look, page_of, request_key
from outpatient.booking import errors_at_home as errors
from outpatient.booking.actions import district as acts
from outpatient.booking.models import DistrictRule, Specialty, Street
from outpatient.booking.queries import district as queries
from outpatient.booking.rules.district import MOST_SHOWN, who_lives_there
from outpatient.booking.rules.houses import houses_problem
from outpatient.models import District
from outpatient.queries.visit import departments


class RuleForm(forms.Form):
    district = forms.ModelChoiceField(District.objects.none(), label=_("District"))
    street = forms.ModelChoiceField(Street.objects.all(), label=_("Street"))
    houses = forms.CharField(label=_("Houses"), max_length=300, required=False,
                             help_text=_("Such as 2-48 even, 17A, 51-; empty = the whole street"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = queries.districts()

    def clean_houses(self):
        problem = houses_problem(self.cleaned_data["houses"])
        if problem is not None:
            raise forms.ValidationError(str(errors.HousesUnreadable(part=problem)))
        return self.cleaned_data["houses"]


class StreetForm(forms.Form):
    settlement = forms.CharField(label=_("Town or village"), max_length=120)
    name = forms.CharField(label=_("Street"), max_length=200, required=False, help_text=_("Empty for a village without streets"))
    former_names = forms.CharField(label=_("Former names"), max_length=400, required=False,
                                   help_text=_("Separated by semicolons"))


class DistrictForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), empty_label=None)
    code = forms.CharField(label=_("Number"), max_length=20)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments()


class DoctorForm(forms.Form):
    district = forms.ModelChoiceField(District.objects.none(), label=_("District"))
    specialty = forms.ModelChoiceField(Specialty.objects.filter(by_district=True), label=_("Specialty"))
    doctor = forms.ModelChoiceField(Staff.objects.none(), label=_("Doctor"))
    since = forms.DateField(label=_("From"), widget=DayInput, required=False)
    until = forms.DateField(label=_("Until"), widget=DayInput, required=False)
    is_deputy = forms.BooleanField(label=_("Stands in during leave"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = queries.districts()
        self.fields["doctor"].queryset = Staff.objects.filter(
            roles__role="ward_doctor", left_on__isnull=True, roles__since__lte=clock.today()).distinct()


@look("booking.see_districts")
def districts(request):
    """All rules by district and street, who looks after them, and what may be added."""
    rows = list(queries.districts())
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("district")), None)
    return render(request, "booking/district/districts.html", {
        "districts": rows, "chosen": chosen, "page": page_of(request, queries.rules(chosen), size=100),
        "doctors": list(queries.doctors()),
        "rule_form": RuleForm(initial={"district": chosen and chosen.pk}), "doctor_form": DoctorForm(),
        "district_form": DistrictForm(),
        "is_configured": any(queries.is_configured(row) for row in Specialty.objects.filter(by_district=True)),
        "may_edit": request.actor.may("booking.add_district_rule")})


@look("booking.add_district_rule")
def add_rule(request):
    """First who lives there, then, confirmed, the rule."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return render(request, "booking/district/rule.html", {"form": form}, status=422)
    data = form.cleaned_data
    if "confirmed" in request.POST:
        acts.add_district_rule(by=request.actor, request_key=request_key(request), **data)
        return redirect(f"{reverse('booking:districts')}?district={data['district'].pk}")
    return render(request, "booking/district/rule.html", {"form": form, "homes": who_lives_there(data["street"], data["houses"]),
                                                          "most": MOST_SHOWN, "is_preview": True})


@look("booking.see_districts")
def rule(request, rule_id):
    """One rule and our patients who live there."""
    row = queries.rule(request.actor, rule_id)
    return render(request, "booking/district/rule.html", {"rule": row, "homes": who_lives_there(row.street, row.houses),
                                                          "most": MOST_SHOWN,
                                                          "may_edit": request.actor.may("booking.end_district_rule")})


@look("booking.end_district_rule")
def end_rule(request, rule_id):
    """These houses leave the district."""
    ended: DistrictRule = acts.end_district_rule(rule_id, by=request.actor, request_key=request_key(request))
    return redirect(f"{reverse('booking:districts')}?district={ended.district_id}")


@look("booking.appoint_district_doctor")
def appoint(request):
    """Who looks after the district, or stands in."""
    data = cleaned(DoctorForm(request.POST))
    acts.appoint_district_doctor(by=request.actor, request_key=request_key(request), **data)
    return redirect(f"{reverse('booking:districts')}?district={data['district'].pk}")


@look("booking.set_up_district")
def add_district(request):
    """A new district of a department."""
    acts.set_up_district(by=request.actor, request_key=request_key(request), **cleaned(DistrictForm(request.POST)))
    return redirect("booking:districts")


@look("booking.see_districts")
def streets(request):
    """The directory of streets with their former names."""
    asked = request.GET.get("q", "")[:80].strip()
    return render(request, "booking/district/streets.html", {
        "page": page_of(request, queries.streets(asked), size=100), "asked": asked, "form": StreetForm(),
        "may_edit": request.actor.may("booking.add_street")})


@look("booking.add_street")
def add_street(request):
    """A street, or a village without streets."""
    data = cleaned(StreetForm(request.POST))
    acts.add_street(by=request.actor, request_key=request_key(request), settlement=data["settlement"], name=data["name"],
                    former_names=data["former_names"].split(";"))
    return redirect("booking:streets")


@look("booking.rename_street")
def rename(request, street_id):
    """The street's new name; the old one is kept beside it."""
    acts.rename_street(street_id, by=request.actor, request_key=request_key(request), name=request.POST.get("name", "")[:200])
    return redirect("booking:streets")
