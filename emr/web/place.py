"""The institution and its places on pages."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.actions import place as acts
from emr.models import Department, Room
from emr.pages import cleaned, look, request_key
from emr.queries import place as queries


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.SlugField(label=_("Code"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=Department.Kind.choices)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class WardForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=40)


class RoomForm(forms.Form):
    code = forms.CharField(label=_("Room"), max_length=20)
    sex = forms.ChoiceField(label=_("Who may lie there"), choices=Room.Sex.choices)
    is_isolation = forms.BooleanField(label=_("Isolation"), required=False)


class BedForm(forms.Form):
    label = forms.CharField(label=_("Bed"), max_length=20)


@look("emr.set_up_department")
def settings(request):
    """The institution and its departments, with their wards, rooms and beds."""
    return render(request, "emr/place/settings.html", {"departments": queries.tree(), "form": DepartmentForm()})


@look("emr.set_up_department")
def department(request, department_id):
    """One department: its wards, rooms and beds, and the forms to add some."""
    return render(request, "emr/place/department.html", {
        "department": queries.department(department_id), "ward_form": WardForm(), "room_form": RoomForm(), "bed_form": BedForm()})


@look("emr.set_up_department")
@require_POST
def add_department(request):
    """Set up a department."""
    row = acts.set_up_department(**cleaned(DepartmentForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:department", row.pk)


@look("emr.set_up_ward")
@require_POST
def add_ward(request, department_id):
    """Set up a ward."""
    acts.set_up_ward(department_id, **cleaned(WardForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:department", department_id)


@look("emr.set_up_room")
@require_POST
def add_room(request, ward_id):
    """Set up a room."""
    row = acts.set_up_room(ward_id, **cleaned(RoomForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:department", row.ward.department_id)


@look("emr.set_up_bed")
@require_POST
def add_bed(request, room_id):
    """Set up a bed."""
    row = acts.set_up_bed(room_id, **cleaned(BedForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:department", row.room.ward.department_id)
