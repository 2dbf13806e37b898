"""Who is on the way: announced in a dialog, received with one key (A1)."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.announced_arrival import receive_announced
from admissions.actions.announcement import announce_arrival, cancel_announcement
from admissions.models import EmergencyVisit
from emr import clock
from emr.inputs import Segments
from emr.models import Department, Patient
from emr.pages import cleaned, look, request_key

SOON = [(minutes, f"{minutes}") for minutes in (5, 10, 15, 20, 30, 45, 60, 90)]


def my_emergency_room(actor):
    """The emergency room in which the reader works, else the first one."""
    rooms = Department.objects.filter(kind=Department.Kind.EMERGENCY)
    return rooms.filter(pk__in=actor.department_ids).first() or rooms.first()


class AnnounceForm(forms.Form):
    minutes = forms.TypedChoiceField(label=_("Comes in about, minutes"), choices=SOON, coerce=int, initial=10, widget=Segments)
    complaint = forms.CharField(label=_("What happened"), max_length=500, required=False)
    brought_by = forms.CharField(label=_("Who brings"), max_length=200, required=False)
    arrival_mode = forms.ChoiceField(label=_("Comes by"), choices=EmergencyVisit.ArrivalMode.choices, initial="ambulance")
    sex = forms.ChoiceField(label=_("Sex"), choices=Patient.Sex.choices, initial="unknown", widget=Segments)
    age = forms.IntegerField(label=_("About how old"), required=False, min_value=0, max_value=120)
    department = forms.ModelChoiceField(Department.objects.filter(kind=Department.Kind.EMERGENCY), label=_("Received in"),
                                        empty_label=None)


@look("admissions.announce_arrival")
def announce(request):
    """Somebody is on the way: a dialog of the board, a page without script."""
    if request.method == "POST":
        values = cleaned(AnnounceForm(request.POST))
        expected_at = clock.now() + dt.timedelta(minutes=values.pop("minutes"))
        announce_arrival(values.pop("department"), by=request.actor, expected_at=expected_at, request_key=request_key(request),
                         **values)
        return redirect("admissions:board")
    form = AnnounceForm(initial={"department": my_emergency_room(request.actor)})
    return render(request, f"admissions/announcement/{'_dialog' if request.htmx else 'page'}.html", {"form": form})


@require_POST
@look("admissions.receive_announced")
def arrived(request, announcement_id):
    """They are here: the visit begins at once, the person is found out later."""
    visit = receive_announced(announcement_id, by=request.actor, request_key=request_key(request))
    return redirect("admissions:visit", visit.pk)


@require_POST
@look("admissions.cancel_announcement")
def cancel(request, announcement_id):
    """They do not come after all."""
    cancel_announcement(announcement_id, by=request.actor, reason=request.POST.get("reason", ""),
                        request_key=request_key(request))
    return redirect("admissions:board")
