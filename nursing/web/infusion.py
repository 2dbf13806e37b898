"""Infusions at the bedside: what runs in the department, the dialog of one infusion, its acts, its sheet to print."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.inputs import AmountInput, MomentInput, PinField
from emr.models import Staff
from emr.pages import cleaned, look, request_key
from nursing.actions import infusion as acts
from nursing.actions.medication_administration import may_undo
from nursing.actions.second_person import needs_instructor
from nursing.queries import infusion as queries
from nursing.queries import worklist
from nursing.queries.bedside import infusion_at
from nursing.rules import reasons
from nursing.rules.infusion import ALERTS, alerts, state_of
from nursing.rules.infusion_board import running
from nursing.web.answers import done
from nursing.web.medication_administration import seconds
from orders.queries.infusion import rates_of
from orders.rules.infusion import runs_of

DOES = ("start_infusion", "set_infusion_rate", "pause_infusion", "resume_infusion", "change_bag", "end_infusion",
        "undo_infusion_event")


class EntryForm(forms.Form):
    """What an entry may say; each act takes what it knows, empty is left to it."""

    rate = forms.CharField(label=_("Rate, ml/h"), required=False, max_length=20, widget=AmountInput,
                           help_text=_("Empty = as ordered"))
    volume = forms.CharField(label=_("Millilitres in the bag"), required=False, max_length=20, widget=AmountInput,
                             help_text=_("Empty = as ordered"))
    remaining = forms.CharField(label=_("Left in the old bag, ml"), required=False, max_length=20, widget=AmountInput,
                                help_text=_("Empty = nobody measured it"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
    at = forms.DateTimeField(label=_("When"), required=False, widget=MomentInput, help_text=_("Empty = now"))
    site = forms.CharField(label=_("Site"), required=False, max_length=60)
    witness = forms.ModelChoiceField(label=_("Second person"), required=False, queryset=Staff.objects.none())
    witness_pin = PinField()
    own_drug = forms.BooleanField(label=_("The patient's own drug"), required=False)
    wristband = forms.CharField(label=_("Wristband"), required=False, max_length=300)
    pack = forms.CharField(label=_("Pack"), required=False, max_length=300)
    not_scanned = forms.ChoiceField(label=_("Why it could not be scanned"), required=False)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["not_scanned"].choices = [("", "—"), *reasons.NOT_SCANNED.items()]
        self.fields["witness"].queryset = seconds(actor)
        self.for_student = needs_instructor(actor)
        if self.for_student:
            self.fields["witness"].label = _("Instructor")

    def values(self, *names):
        """The keyword arguments of the act."""
        given = cleaned(self)
        return {name: given[name] for name in (*names, "at", "witness", "witness_pin") if given[name] not in (None, "", False)}


BAG = ("volume", "own_drug", "wristband", "pack", "not_scanned")


@look("nursing.see_worklist")
def board(request):
    """The infusions of a department that run or are paused: a fragment of the worklist, empty where nothing runs."""
    department = worklist.department_of(request.actor, request.GET.get("department"))
    found = running([department] if department else [])
    return render(request, "nursing/infusion/_board.html", {"running": found, "department": department})


@look("nursing.see_worklist")
def one(request, request_id):
    """The dialog of one infusion: how it runs, what is ordered, and what can be done."""
    now = clock.now()
    row = infusion_at(request_id, now, request.actor)
    events = queries.events_of([row]).get(row.pk, [])
    rates = runs_of(rates_of([row]).get(row.pk, ()), now)
    state = state_of(events, now)
    told = alerts(state, row, rates and rates.now, now, total=row.infusion.total_volume, is_held=bool(row.held_since))
    row.bag, row.runs = row.infusion, rates
    return render(request, "nursing/infusion/_dialog.html", {
        "request_row": row, "order": row, "patient": row.patient, "state": state, "told": [ALERTS[name] for name in told],
        "log": queries.log_of(row), "form": EntryForm(actor=request.actor, auto_id=False), "may": {
            name: request.actor.may(f"nursing.{name}") for name in DOES},
        "may_undo": state and may_undo(state.last, request.actor) and request.actor.may("nursing.undo_infusion_event")})


@require_POST
@look("nursing.start_infusion")
def start(request, request_id):
    """Hang the first bag and let it run."""
    values = EntryForm(request.POST, actor=request.actor).values("rate", "reason", "site", *BAG)
    acts.start_infusion(request_id, by=request.actor, request_key=request_key(request), **values)
    return done(request, _("The infusion runs"))


@require_POST
@look("nursing.set_infusion_rate")
def set_rate(request, request_id):
    """Set the pump to the ordered rate, or to a slower one."""
    values = EntryForm(request.POST, actor=request.actor).values("rate", "reason")
    acts.set_infusion_rate(request_id, by=request.actor, request_key=request_key(request), **values)
    return done(request, _("The rate is set"))


@require_POST
@look("nursing.pause_infusion")
def pause(request, request_id):
    """Let nothing run, with the reason."""
    form = EntryForm(request.POST, actor=request.actor)
    acts.pause_infusion(request_id, by=request.actor, request_key=request_key(request), **{"reason": ""} | form.values("reason"))
    return done(request, _("The infusion is paused"))


@require_POST
@look("nursing.resume_infusion")
def resume(request, request_id):
    """Let a paused infusion go on."""
    values = EntryForm(request.POST, actor=request.actor).values()
    acts.resume_infusion(request_id, by=request.actor, request_key=request_key(request), **values)
    return done(request, _("The infusion runs"))


@require_POST
@look("nursing.change_bag")
def bag(request, request_id):
    """Hang the next bag."""
    values = EntryForm(request.POST, actor=request.actor).values("remaining", *BAG)
    acts.change_bag(request_id, by=request.actor, request_key=request_key(request), **values)
    return done(request, _("The next bag runs"))


@require_POST
@look("nursing.end_infusion")
def end(request, request_id):
    """Take the infusion down."""
    values = EntryForm(request.POST, actor=request.actor).values("remaining", "reason")
    acts.end_infusion(request_id, by=request.actor, request_key=request_key(request), **values)
    return done(request, _("The infusion is taken down"))


@require_POST
@look("nursing.undo_infusion_event")
def undo(request, event_id):
    """Take the last entry back."""
    acts.undo_infusion_event(event_id, by=request.actor, request_key=request_key(request), reason=request.POST.get("reason", ""))
    return done(request, _("The entry was taken back"))


@look("nursing.see_doses")
def paper(request, request_id):
    """The sheet of one infusion to print: what was ordered, each entry, how much has run."""
    row = infusion_at(request_id, clock.now(), request.actor)
    if not chart_for(request.actor, row.patient, "infusion").shows("doses"):
        raise NotFound()
    rates = rates_of([row]).get(row.pk, [])
    row.bag, row.runs = row.infusion, runs_of(rates, clock.now())
    return render(request, "nursing/infusion/paper.html", {
        "order": row, "patient": row.patient, "rates": rates, "log": queries.log_of(row),
        "state": state_of(queries.events_of([row]).get(row.pk, []), clock.now())})
