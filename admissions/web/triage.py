"""Triage: what is seen and measured, what the scale suggests and why, the judgement (A2); waits that were too long (A3)."""
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from admissions.actions.triage import triage_patient
from admissions.queries import emergency_visit as queries
from admissions.queries import triage as triages
from admissions.rules import emergency_visit as rules
from admissions.rules import triage as scales
from admissions.rules import triage_scale
from admissions.rules.suggestion import MOBILITY
from emr import clock
from emr.access import ChartNotVisible, chart_for
from emr.inputs import AmountInput, DayInput, MomentInput, Segments
from emr.models import Encounter
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import chart as charts
from nursing.rules.vitals import CONSCIOUSNESS, SIGNS, UNITS

NUMBERS = ["respiratory_rate", "heart_rate", "systolic", "diastolic", "spo2", "temperature", "pain"]
ASKED = ("life_saving", "high_risk", "resources", "mobility", "trauma", "signs")


def level_choices(scale="ESI"):
    """The levels of a scale, as number and name."""
    return [(level, f"{level} · {name}") for level, name in scales.levels(scale).items()]


def _maybe(value):
    return {"yes": True, "no": False}.get(value)


class TriageForm(forms.Form):
    """Everything is optional: a level alone is a judgement too; what is entered makes the suggestion."""

    scale = forms.ChoiceField(label=_("Scale"), choices=[("ESI", "ESI"), ("SATS", "SATS · TEWS")], initial="ESI", widget=Segments,
                              required=False)
    consciousness = forms.ChoiceField(label=_("Consciousness"), required=False, choices=[
        ("", "—"), *((letter, f"{letter} {word}") for letter, word in CONSCIOUSNESS.items())])
    oxygen = forms.ChoiceField(label=_("Oxygen"), required=False, choices=[("", "—"), ("no", _("air")), ("yes", "O₂")])
    life_saving = forms.BooleanField(label=_("Needs a life-saving intervention now"), required=False)
    high_risk = forms.BooleanField(label=_("High-risk situation, or severe distress"), required=False)
    resources = forms.TypedChoiceField(label=_("Kinds of resources needed"), required=False, coerce=int, empty_value=None,
                                       widget=Segments,
                                       help_text=_("Laboratory, imaging, drip, drug by vein, consult, procedure: each counts "
                                                   "once."),
                                       choices=[("", "—"), (0, pgettext_lazy("resources", "none")),
                                                (1, pgettext_lazy("resources", "one")),
                                                (2, pgettext_lazy("resources", "two or more"))])
    mobility = forms.ChoiceField(label=_("Mobility"), required=False, widget=Segments, choices=[("", "—"), *MOBILITY.items()])
    trauma = forms.TypedChoiceField(label=_("Injury"), required=False, coerce=_maybe, empty_value=None, widget=Segments,
                                    choices=[("", "—"), ("no", _("no")), ("yes", _("yes"))])
    signs = forms.MultipleChoiceField(required=False, choices=lambda: [
        choice for _level, _name, signs in triage_scale.sign_choices() for choice in signs])
    level = forms.TypedChoiceField(label=_("Level"), required=False, coerce=int, empty_value=None, widget=Segments,
                                   choices=lambda: [("", _("as suggested")), *level_choices()])
    colour = forms.TypedChoiceField(label=_("Colour"), required=False, coerce=int, empty_value=None, widget=Segments,
                                    choices=lambda: [("", _("as suggested")), *level_choices("SATS")])
    reason = forms.CharField(label=_("Why another level, or a remark"), max_length=300, required=False)
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput, help_text=_("Empty: now"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for key in NUMBERS:
            self.fields[key] = forms.CharField(label=SIGNS[key].label, required=False, max_length=8, widget=AmountInput)

    def numbers(self):
        """The fields of the vital signs with their units, in the order of measuring."""
        return [(self[key], UNITS.get(SIGNS[key].unit, SIGNS[key].unit)) for key in NUMBERS]

    def as_act(self) -> dict:
        """What the act takes."""
        data = cleaned(self)
        scale = data["scale"] or "ESI"
        findings = {key: data[key] for key in ASKED if data[key] not in (None, "", [], False)}
        if data["trauma"] is False:
            findings["trauma"] = False
        if scale == "ESI" and findings:
            findings |= {key: bool(data[key]) for key in ("life_saving", "high_risk")}
        return {"scale": scale, "level": data["colour"] if scale == "SATS" else data["level"], "reason": data["reason"],
                "at": data["at"],
                "vitals": {key: data[key] for key in (*NUMBERS, "consciousness", "oxygen") if data[key]}, "findings": findings}


def visit_of(request, encounter_id, purpose):
    """The emergency visit of that id, for those who may read its chart."""
    encounter = Encounter.objects.select_related("patient", "department").filter(
        pk=encounter_id, kind=Encounter.Kind.EMERGENCY).first()
    if encounter is None:
        raise ChartNotVisible()
    return encounter, chart_for(request.actor, encounter.patient, purpose)


@look("admissions.triage_patient")
def page(request, encounter_id):
    """The triage form, or the judgement sent with it."""
    if request.method == "POST":
        triage_patient(encounter_id, by=request.actor, request_key=request_key(request), **TriageForm(request.POST).as_act())
        return redirect("admissions:visit", encounter_id)
    encounter, _chart = visit_of(request, encounter_id, "triage")
    [line] = queries.lines([encounter])
    return render(request, "admissions/triage/page.html", {
        "encounter": encounter, "patient": encounter.patient, "line": line, "form": TriageForm(),
        "last": triage_scale.told(line.triage),
        "signs": triage_scale.sign_choices(), "allergies": charts.allergies(encounter.patient),
        "crumbs": [{"label": _("Emergency board"), "url": reverse("admissions:board")},
                   {"label": encounter.number, "url": reverse("admissions:visit", args=[encounter.pk])}]})


@require_POST
@look("admissions.triage_patient")
def suggest(request, encounter_id):
    """What the scale suggests for what is entered so far; writes nothing."""
    encounter, _chart = visit_of(request, encounter_id, "triage")
    values = TriageForm(request.POST).as_act()
    found = triage_scale.read(values["vitals"], values["findings"])
    months = scales.months_on(encounter.patient.birth_date, clock.today())
    suggestion = triage_scale.suggest(values["scale"], months, found) if found else None
    return render(request, "admissions/triage/_suggestion.html", {
        "suggestion": suggestion, "months": months, "name": suggestion and scales.levels(values["scale"])
        .get(suggestion.level, ""), "tone": suggestion and suggestion.level and scales.tone(suggestion.level)})


class DayForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)


@look("admissions.see_waits")
def waits(request):
    """Waits of one day that were longer than the level allowed, from the time stamps; numbers, no names."""
    day = cleaned(DayForm(request.GET))["day"] or clock.today()
    rows = page_of(request, triages.too_long(day))
    return render(request, "admissions/triage/waits.html", {
        "day": day, "form": DayForm(initial={"day": day}), "page": rows, "summary": rules.summary(triages.seen_on(day)),
        "may_open": request.actor.may("admissions.see_board")})
