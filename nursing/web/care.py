"""Care at the bedside: the plan of a patient, and the dialogs of the one list."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr import clock
from emr.inputs import MomentInput
from emr.measure import read_moment
from emr.pages import back, cleaned, look, request_key
from nursing.actions.care_plan import DOCTORS, plan_care, stop_care
from nursing.actions.care_task import do_care, skip_care, undo_care
from nursing.actions.medication_administration import may_undo
from nursing.models import CarePlan
from nursing.queries import care as queries
from nursing.queries import vitals
from nursing.queries.bedside import encounter_at
from nursing.rules import reasons
from nursing.web.answers import done
from nursing.web.vitals import fields_of
from orders.rules.timing import words


class PlanForm(forms.Form):
    kind = forms.ChoiceField(label=_("Care"), choices=CarePlan.Kind.choices)
    text = forms.CharField(label=_("In words"), required=False, max_length=200)
    every_hours = forms.DecimalField(label=_("Every so many hours"), required=False, min_value=0, max_digits=6, decimal_places=2)
    times = forms.CharField(label=_("or at these times"), required=False, max_length=160, help_text=_("such as 08:00 20:00"))
    starts_at = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput, help_text=_("Empty = now"))
    ends_at = forms.DateTimeField(label=_("Until"), required=False, widget=MomentInput)
    instead_of_score = forms.BooleanField(label=_("Holds also where NEWS2 asks for more"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def values(self):
        """The keyword arguments of the act."""
        given = cleaned(self)
        hours, times = given.pop("every_hours"), given.pop("times").replace(",", " ").replace(";", " ").split()
        return given | {"timing": {"every_hours": float(hours)} if hours else {"times": times}}


class SkipForm(forms.Form):
    code = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *reasons.NOT_DONE.items(),
                                                         ("other", _("other: say it in words"))])
    words = forms.CharField(label=_("More words"), required=False, max_length=200)

    def reason(self):
        """What is stored."""
        given = cleaned(self)
        return reasons.joined("" if given["code"] == "other" else given["code"], given["words"])


@look("nursing.see_worklist")
def page(request, encounter_id):
    """What care is ordered for the patient, and the form to order more."""
    encounter, plans = queries.of_encounter(request.actor, encounter_id)
    form = PlanForm()
    for row in plans:
        row.how = words(row.timing)
    if not request.actor.role_names & DOCTORS:
        del form.fields["instead_of_score"], form.fields["reason"]
    return render(request, "nursing/care/page.html", {
        "encounter": encounter, "patient": encounter.patient, "plans": plans, "form": form,
        "may_plan": request.actor.may("nursing.plan_care") and not encounter.finished_at})


@require_POST
@look("nursing.plan_care")
def plan(request, encounter_id):
    """Order care."""
    plan_care(encounter_id, by=request.actor, request_key=request_key(request), **PlanForm(request.POST).values())
    return back(request, "nursing:worklist")


@require_POST
@look("nursing.stop_care")
def stop(request, plan_id):
    """End a plan of care."""
    stop_care(plan_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return back(request, "nursing:worklist")


@look("nursing.see_worklist")
def task(request, plan_id):
    """The dialog of one piece of care: do it at another time, say why not, take an entry back."""
    row, form = queries.plan_at(request.actor, plan_id), SkipForm()
    if request.GET.get("do") == "skip":
        form.fields["code"].widget.attrs["autofocus"] = True
    facts = list(queries.facts_of(row))
    for fact in facts:
        fact.may_undo, fact.why = not fact.error_at and may_undo(fact, request.actor), reasons.said(fact.reason)
    return render(request, "nursing/care/_dialog.html", {
        "plan": row, "patient": row.patient, "due": read_moment("due", request.GET.get("due", "")), "facts": facts, "skip": form,
        "do": request.GET.get("do", ""), "may": request.actor.may("nursing.do_care")})


@require_POST
@look("nursing.do_care")
def do(request, plan_id):
    """Record that the care was done."""
    fact = do_care(plan_id, by=request.actor, due_at=read_moment("due", request.POST.get("due", "")),
                   note=request.POST.get("note", ""), request_key=request_key(request))
    return done(request, _("Done: %(what)s") % {"what": fact.plan})


@require_POST
@look("nursing.skip_care")
def skip(request, plan_id):
    """Record why the care was not done."""
    skip_care(plan_id, by=request.actor, due_at=read_moment("due", request.POST.get("due", "")),
              reason=SkipForm(request.POST).reason(), request_key=request_key(request))
    return done(request, _("Recorded as not done"))


@require_POST
@look("nursing.undo_care")
def undo(request, task_id):
    """Take a wrong entry back."""
    undo_care(task_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return done(request, _("The entry was taken back"))


@look("nursing.record_vitals")
def measure(request, encounter_id):
    """The dialog in which the vital signs of one patient are entered."""
    row = vitals.of_encounter(encounter_at(encounter_id, clock.now(), request.actor))
    return render(request, "nursing/vitals/_dialog.html", fields_of([row]) | {"row": row, "patient": row.patient})
