"""One dose: its dialog, and the acts on it."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.inputs import AmountInput, MomentInput, PinField
from emr.models import Staff
from emr.pages import cleaned, look, request_key
from emr.permissions import LEARNERS, ROLES
from emr.queries.staff_pin import CAN_SIGN
from nursing.actions import medication_administration as acts
from nursing.actions.second_person import needs_instructor
from nursing.queries import medication_administration as facts
from nursing.queries import patch, worklist
from nursing.queries.bedside import request_at
from nursing.rules import reasons
from nursing.rules.offline import set_aside
from nursing.rules.patch import is_patch
from nursing.rules.scale import scale_now
from nursing.rules.sheet import dose_of, lot_for
from nursing.web.answers import done

GIVERS = [role for role, names in ROLES.items() if "nursing.administer_dose" in names and role not in LEARNERS]


def seconds(actor):
    """Who may stand beside this person: the others of the departments who give drugs in their own right and can sign."""
    return Staff.objects.filter(CAN_SIGN, roles__role__in=GIVERS, roles__department__in=actor.department_ids,
                                left_on=None).exclude(pk=actor.pk).distinct()


class GiveForm(forms.Form):
    given_at = forms.DateTimeField(label=_("Given at"), required=False, widget=MomentInput, help_text=_("Empty = now"))
    amount = forms.CharField(label=_("Amount"), required=False, widget=AmountInput, max_length=20)
    site = forms.CharField(label=_("Site"), required=False, max_length=60)
    witness = forms.ModelChoiceField(label=_("Second person"), required=False, queryset=Staff.objects.none())
    witness_pin = PinField()
    own_drug = forms.BooleanField(label=_("The patient's own drug"), required=False)
    reason = forms.CharField(label=_("Why less than planned"), required=False, max_length=300)
    not_scanned = forms.ChoiceField(label=_("Why it could not be scanned"), required=False)
    wristband = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    pack = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["not_scanned"].choices = [("", "—"), *reasons.NOT_SCANNED.items()]
        self.fields["witness"].queryset = seconds(actor)
        self.for_student = needs_instructor(actor)
        if self.for_student:
            self.fields["witness"].label = _("Instructor")

    def values(self):
        """The keyword arguments of the act; what is empty is left to it."""
        return {name: value for name, value in cleaned(self).items() if value not in (None, "", False)}


class AsNeededForm(GiveForm):
    reason = forms.CharField(label=_("What for"), required=False, max_length=300)


class NotGivenForm(forms.Form):
    code = forms.ChoiceField(label=_("Reason"))
    words = forms.CharField(label=_("More words"), required=False, max_length=200)
    at = forms.DateTimeField(label=_("When"), required=False, widget=MomentInput, help_text=_("Empty = now"))

    def __init__(self, *args, choices, actor, chosen=False, **kwargs):
        super().__init__(*args, **kwargs)
        if chosen:
            self.fields["code"].widget.attrs["autofocus"] = True
        if needs_instructor(actor):
            self.fields["witness"] = forms.ModelChoiceField(label=_("Instructor"), queryset=seconds(actor), required=False)
            self.fields["witness_pin"] = PinField()
        self.fields["code"].choices = [("", "—"), *choices.items(), ("other", _("other: say it in words"))]

    def values(self):
        given = cleaned(self)
        code = "" if given["code"] == "other" else given["code"]
        signed = {name: given[name] for name in ("witness", "witness_pin") if name in given}
        return {"reason": reasons.joined(code, given["words"]), "at": given["at"], **signed}


def patches(request_row):
    """The patches on the patient's skin, where the order is one for a patch."""
    return list(patch.on_skin(request_row.patient_id)) if is_patch(request_row) else []


@look("nursing.see_worklist")
def dose(request, dose_id):
    """The dialog of one dose: what became of it, and what can be done."""
    cell, do = dose_of(request.actor, dose_id), request.GET.get("do", "")
    return render(request, "nursing/dose/_dialog.html", {
        "cell": cell, "request_row": cell.line.request, "patient": cell.dose.patient, "do": do, "scale": scale_now(cell.dose),
        "history": facts.of_dose(dose_id), "set_aside": set_aside(dose_id), "patches": patches(cell.line.request),
        "is_open": not cell.fact and cell.status not in ("stopped",),
        "early": cell.status == "planned", "lot": lot_for(cell.dose), "sites": worklist.last_sites(cell.dose),
        "may": {name: request.actor.may(f"nursing.{name}") for name in ("administer_dose", "refuse_dose", "withhold_dose")},
        "may_undo": cell.fact and acts.may_undo(cell.fact, request.actor) and request.actor.may("nursing.undo_administration"),
        "give": GiveForm(actor=request.actor, initial={"wristband": request.GET.get("wristband", "")}),
        "refuse": NotGivenForm(choices=reasons.REFUSED, prefix="refuse", chosen=do == "refuse", actor=request.actor),
        "withhold": NotGivenForm(choices=reasons.WITHHELD, prefix="withhold", chosen=do == "withhold", actor=request.actor)})


@require_POST
@look("nursing.administer_dose")
def administer(request, dose_id):
    """Give the dose."""
    form = GiveForm(request.POST, actor=request.actor)
    fact = acts.administer_dose(dose_id, by=request.actor, request_key=request_key(request), **form.values())
    return done(request, _("Given: %(drug)s, %(patient)s") % {"drug": fact.request.medication,
                                                              "patient": fact.patient.short_name})


@require_POST
@look("nursing.refuse_dose")
def refuse(request, dose_id):
    """Record that the patient refused the dose."""
    form = NotGivenForm(request.POST, choices=reasons.REFUSED, prefix="refuse", actor=request.actor)
    acts.refuse_dose(dose_id, by=request.actor, request_key=request_key(request), **form.values())
    return done(request, _("Recorded as refused"))


@require_POST
@look("nursing.withhold_dose")
def withhold(request, dose_id):
    """Record that the dose was withheld."""
    form = NotGivenForm(request.POST, choices=reasons.WITHHELD, prefix="withhold", actor=request.actor)
    acts.withhold_dose(dose_id, by=request.actor, request_key=request_key(request), **form.values())
    return done(request, _("Recorded as withheld"))


@look("nursing.give_as_needed")
def give_as_needed(request, request_id):
    """Give a drug as needed: the dialog, and the act."""
    if request.method == "POST":
        form = AsNeededForm(request.POST, actor=request.actor)
        acts.give_as_needed(request_id, by=request.actor, request_key=request_key(request), **form.values())
        return done(request, _("Given as needed"))
    row = request_at(request_id, request.actor)
    return render(request, "nursing/dose/_as_needed.html", {
        "request_row": row, "patient": row.patient, "patches": patches(row), "sites": worklist.last_sites(row),
        "give": AsNeededForm(actor=request.actor, initial={"reason": row.as_needed_for})})


@require_POST
@look("nursing.undo_administration")
def undo(request, administration_id):
    """Take a wrong entry back."""
    acts.undo_administration(administration_id, by=request.actor, request_key=request_key(request),
                             reason=request.POST.get("reason", ""))
    return done(request, _("The entry was taken back; the dose is open again"))
