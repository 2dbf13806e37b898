"""The door of an office: whose turn it is, call, let in, pass over, back again, acute, questions, without a coupon, swap, send on
(R90-R98).
"""
from django import forms
from django.shortcuts import redirect, render

from emr.errors import NotFound
from emr.models import Patient
from emr.pages import cleaned, look, request_key
from emr.queries.patient import search
from outpatient.booking.actions import queue as calls
from outpatient.booking.actions import queue_entry as coming
from outpatient.booking.models import QueueEntry
from outpatient.booking.queries import queue as queries
from outpatient.booking.queries.duty import duty_today
from outpatient.booking.rules.office import door, doors

STEPS = {"again": calls.call_again, "skip": calls.skip_entry, "in": calls.let_in, "left": calls.note_left,
         "back": coming.return_to_queue, "receive": calls.begin_walk_in_visit}
TOLD = {"acute": coming.mark_acute, "gone": coming.leave_queue}  # each with its reason
ACTS = {"next": "booking.call_next", "in": "booking.let_in", "back": "booking.return_to_queue", "acute": "booking.mark_acute",
        "gone": "booking.leave_queue", "swap": "booking.swap_places", "send": "booking.send_to_office",
        "add": "booking.add_to_queue", "begin": "booking.begin_visit", "receive": "booking.begin_walk_in_visit"}


class AddForm(forms.Form):
    kind = forms.ChoiceField(choices=QueueEntry.Kind.choices[1:])
    patient = forms.UUIDField(required=False)
    purpose = forms.CharField(max_length=200, required=False)
    acute_reason = forms.CharField(max_length=200, required=False)


class MoreForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False)
    other = forms.UUIDField(required=False)
    reception = forms.UUIDField(required=False)


def _may(actor) -> dict:
    return {name: actor.may(act) for name, act in ACTS.items()}


@look("booking.see_office")
def offices(request):
    """The offices of today at whose door one works, each with who is inside, who waits, and how late the doctor runs."""
    return render(request, "booking/office/list.html", {"doors": doors(queries.offices(request.actor), past=False),
                                                        "duties": list(duty_today())})


@look("booking.see_office")
def office(request, reception_id):
    """One door: whose turn it is, the line with the probable times, the lane of questions, who was passed over."""
    found = door(queries.office(request.actor, reception_id))
    return render(request, "booking/office/_door.html" if request.htmx else "booking/office/page.html", {
        "door": found, "reception": found.reception, "may": _may(request.actor)})


@look("booking.call_next")
def next_one(request, reception_id):
    """Call whose turn it is."""
    calls.call_next(reception_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:office", reception_id)


@look("booking.see_office")
def step(request, entry_id, name):
    """One press at the door: call again, pass over, let in, has left, is back, receive."""
    if name not in STEPS:
        raise NotFound()
    entry = STEPS[name](entry_id, by=request.actor, request_key=request_key(request))
    return redirect("outpatient:visit", entry.encounter_id) if name == "receive" else redirect(
        "booking:office", entry.reception_id)


@look("booking.see_office")
def more(request, entry_id):
    """What is done seldom with somebody who waits: acute, swap, another office, gone; each with its reason."""
    entry = QueueEntry.objects.select_related("patient", "booking__coupon").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound()
    found = door(queries.office(request.actor, entry.reception_id))
    if request.method == "POST":
        return _done(request, entry)
    others = [place.entry for place in found.line if place.entry.pk != entry.pk]
    elsewhere = doors(queries.receptions_today().exclude(pk=entry.reception_id), past=False)
    return render(request, "booking/office/_more.html" if request.htmx else "booking/office/more.html", {
        "entry": entry, "reception": found.reception, "others": others, "duties": list(duty_today()), "may": _may(request.actor),
        "elsewhere": sorted(elsewhere, key=lambda one: (bool(one.inside or one.called), len(one.line)))})


def _done(request, entry):
    data, name, actor, key = cleaned(MoreForm(request.POST)), request.POST.get("do"), request.actor, request_key(request)
    if name == "swap":
        coming.swap_places(entry.pk, data["other"], by=actor, request_key=key)
    elif name == "send":
        coming.send_to_office(entry.pk, data["reception"], by=actor, reason=data["reason"], request_key=key)
    elif name in TOLD:
        TOLD[name](entry.pk, by=actor, reason=data["reason"], request_key=key)
    else:
        raise NotFound()
    return redirect("booking:office", entry.reception_id)


@look("booking.add_to_queue")
def add(request, reception_id):
    """Somebody without a coupon: who, what for, acute or not; or just a question."""
    if request.method == "POST":
        data = cleaned(AddForm(request.POST))
        coming.add_to_queue(reception_id, by=request.actor, request_key=request_key(request), **data)
        return redirect("booking:office", reception_id)
    text = request.GET.get("q", "")[:80].strip()
    return render(request, "booking/office/add.html", {
        "reception": queries.office(request.actor, reception_id), "text": text, "chosen": _chosen(request),
        "people": list(search(request.actor, text, limit=8)) if text else []})


def _chosen(request):
    try:
        pk = forms.UUIDField(required=False).clean(request.GET.get("patient", ""))
    except forms.ValidationError:
        return None
    return Patient.objects.filter(pk=pk, merged_into__isnull=True).first() if pk else None
