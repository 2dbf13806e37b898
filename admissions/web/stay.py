"""The ward and one stay: who lies here, what is next, discharge with its checklist (B2, B14)."""
from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.discharge import discharge_patient
from admissions.actions.discharge_summary import draft_discharge, sign_discharge
from admissions.actions.reopening import WINDOW, reopen_stay
from admissions.actions.rounds import draft_rounds
from admissions.models import Isolation
from admissions.queries import admission_request as requests
from admissions.queries import deterioration_alert as alerts
from admissions.queries import discharge_summary as summaries
from admissions.queries import stay as queries
from admissions.rules import checklist
from admissions.rules import discharge_summary as summary_rules
from admissions.web.bed_state import ExpectForm, IsolateForm
from admissions.web.diagnosis import DiagnosisForm
from emr import clock
from emr.access import ChartNotVisible, chart_for, log_reading
from emr.actions.encounter_participant import assign_participant
from emr.inputs import MomentInput
from emr.models import Encounter, EncounterParticipant, Staff
from emr.pages import cleaned, look, request_key
from emr.queries import chart as charts
from orders.rules import frequency
from orders.rules import route as routes
from orders.rules.line import again

OF_A_STAY = [choice for choice in Encounter.Disposition.choices
             if choice[0] not in (Encounter.Disposition.ADMITTED, Encounter.Disposition.LEFT_UNSEEN)]


class DischargeForm(DiagnosisForm):
    disposition = forms.ChoiceField(label=_("How the patient leaves"), choices=OF_A_STAY)
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput, help_text=_("Empty: now"))
    accept_unpriced = forms.BooleanField(label=_("Discharge although some act has no price; the accountants set it later"),
                                         required=False)


class ReadForm(forms.Form):
    """The edit counter of the summary that was read, where the page carries it."""

    edited = forms.IntegerField(min_value=0, required=False)


class TeamForm(forms.Form):
    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("Who"))
    part = forms.ChoiceField(label=_("As"), choices=EncounterParticipant.Part.choices)

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["staff"].queryset = queries.clinicians()


@look("admissions.see_ward")
def ward(request):
    """My departments: every patient with bed, day, doctor and last NEWS2; requests that wait for an answer."""
    mine = queries.admitting_departments().filter(pk__in=request.actor.department_ids)
    only_mine = bool(request.GET.get("mine"))
    groups = queries.wards(list(mine))
    if only_mine:
        groups = [(ward, [place for place in places if place.attending == request.actor]) for ward, places in groups]
        groups = [(ward, places) for ward, places in groups if places]
    if not request.htmx:
        log_reading(request.actor, None, "ward", "care")
    return render(request, "admissions/stay/_ward.html" if request.htmx else "admissions/stay/ward.html", {
        "only_mine": only_mine, "on_duty": queries.on_duty(mine), "sees_alerts": request.actor.may("admissions.answer_alert"),
        "groups": groups, "departments": mine, "asked": requests.standing(mine).count(),
        "patients": sum(place.stay is not None for _ward, places in groups for place in places),
        "may_move": request.actor.may("admissions.transfer_patient"), "may_mark": request.actor.may("admissions.mark_bed"),
        "shows_vitals": True})


def _stay(request, encounter_id, purpose):
    stay = Encounter.objects.select_related("patient", "department").filter(
        pk=encounter_id, kind=Encounter.Kind.INPATIENT).first()
    if stay is None:
        raise ChartNotVisible()
    chart = chart_for(request.actor, stay.patient, purpose)
    return {"chart": chart, "stay": stay, "patient": stay.patient, "place": queries.present_place(stay),
            "attending": queries.attending(stay),
            "allergies": charts.allergies(stay.patient) if chart.shows("allergies") else None,
            "may": {name: request.actor.may(f"admissions.{name}") for name in (
                "transfer_patient", "discharge_patient", "draft_discharge", "sign_discharge", "expect_discharge",
                "isolate_patient", "draft_rounds", "see_fluids")}}


@look("admissions.see_beds")
def page(request, encounter_id):
    """One stay: where, since when, who treats; the way to its chart, move and discharge."""
    context = _stay(request, encounter_id, "stay")
    stay = context["stay"]
    return render(request, "admissions/stay/page.html", context | {
        "expect_form": ExpectForm(), "isolate_form": IsolateForm(),
        "must_review": not stay.finished_at and queries.needs_review(stay),
        "isolation": Isolation.Kind(context["place"].isolation).label if context["place"] and context["place"].isolation else "",
        "may_reopen": stay.finished_at and clock.now() - stay.finished_at <= WINDOW and request.actor.may(
            "admissions.reopen_stay"),
        "before": queries.stay_before(stay), "may_see_exposure": request.actor.may("admissions.see_exposure"),
        "team": queries.team(stay), "team_form": TeamForm() if request.actor.may("emr.assign_participant")
        and not stay.finished_at else None,
        "alert": alerts.of_encounters([stay.pk]).get(stay.pk), "places": queries.places(stay),
        "summary": summaries.summaries(stay).first(),
        "conditions": stay.conditions.live().order_by("asserted_at") if context["chart"].shows("diagnoses") else None})


@look("admissions.discharge_patient")
def discharge(request, encounter_id):
    """Discharge: what is still open, with links that mend it; then how the patient leaves; then the summary."""
    context = _stay(request, encounter_id, "discharge")
    stay = context["stay"]
    if request.method == "POST":
        form = DischargeForm(request.POST)
        values = cleaned(form)
        discharge_patient(stay, by=request.actor, disposition=values["disposition"], at=values["at"], checklist=True,
                          accept_unpriced=values["accept_unpriced"],
                          conditions=form.conditions(), request_key=request_key(request))
        return redirect("admissions:discharge", stay.pk)
    summary, found = summaries.summaries(stay).first(), checklist.items(stay) if stay.finished_at is None else []
    return render(request, "admissions/stay/discharge.html", context | {
        "items": [(item, _mend(item, stay, request.actor)) for item in found],
        "unpriced": any(item.key == checklist.UNPRICED for item in found),
        "form": DischargeForm(), "summary": summary, "mine": summary and summary.author_id == request.actor.pk,
        "missing": summary_rules.missing(stay, list(stay.conditions.live().filter(stage="final")), summary.sections)
        if summary and summary.status == "draft" else []})


def _mend(item, stay, actor):
    """The address of the page that mends this line of the checklist; empty when it is somebody else's work."""
    if item.page:
        return reverse(item.page) if actor.may(item.look) else ""
    if item.key in ("unsigned", "co-sign"):
        return reverse("emr:document", args=[item.row.pk])
    if item.key == "diagnosis":
        return reverse("emr:condition_new", args=[stay.patient_id])
    if item.key == "drugs":
        return reverse("orders:reconcile", args=[stay.pk, "discharge"])
    if item.key == "review":
        return reverse("orders:reconcile", args=[stay.pk, "transfer"])
    if tab := {"critical": "laboratory", "request": "orders"}.get(item.key):
        return reverse("emr:chart_tab", args=[stay.patient_id, tab])
    return reverse("emr:encounter", args=[stay.pk]) if item.key == "orders" else reverse("emr:chart", args=[stay.patient_id])


@require_POST
@look("admissions.reopen_stay")
def reopen(request, encounter_id):
    """Open a stay again that was ended too early."""
    reopen_stay(encounter_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return redirect("admissions:stay", encounter_id)


@look("admissions.see_beds")
def earlier(request, encounter_id):
    """The stay before beside this one: diagnoses, drugs really given, reactions, results (B13)."""
    context = _stay(request, encounter_id, "earlier stay")
    shown = [stay for stay in (queries.stay_before(context["stay"]), context["stay"]) if stay]
    allowed = {"diagnoses": "diagnoses", "allergies": "allergies", "medication_given": "doses", "laboratory": "laboratory",
               "procedures": "orders"}
    keys = {key for key, section in allowed.items() if context["chart"].shows(section)}
    sides = [(stay, [part for part in summary_rules.build(summaries.material(stay)) if part["key"] in keys and part["rows"]])
             for stay in shown]
    return render(request, "admissions/stay/earlier.html", context | {
        "sides": sides, "plan": _plan(request, shown[0], context) if len(shown) == 2 and context["chart"].shows("orders") else [],
        "sees_money": context["chart"].shows("money") and request.actor.may("billing.see_accounts")})


def _plan(request, before, context):
    """The drugs ordered in the earlier stay, each with the page on which it is ordered again, checked and signed like any other.
    """
    stay = context["stay"]
    may = stay.finished_at is None and request.actor.may("orders.prescribe_medication")
    running = {row.medication_id for row in queries.ordered_drugs(stay) if row.stopped_at is None}
    return [{"order": row, "how_often": frequency.words(row.timing_text, row.timing), "route": routes.words(row.route),
             "runs": row.medication_id in running,
             "url": f"{reverse('orders:line', args=[stay.pk])}?{urlencode({'line': again(row), 'next': request.path})}"
             if may else ""}
            for row in queries.ordered_drugs(before)]


@require_POST
@look("admissions.draft_rounds")
def rounds(request, encounter_id):
    """Begin the rounds note; the editor opens, its findings filled."""
    document = draft_rounds(encounter_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:document_edit", document.pk)


@require_POST
@look("emr.assign_participant")
def team(request, encounter_id):
    """Make somebody part of the treating team; a new attending doctor takes over from the former one."""
    values = cleaned(TeamForm(request.POST))
    assign_participant(encounter_id, by=request.actor, request_key=request_key(request), **values)
    return redirect("admissions:stay", encounter_id)


@require_POST
@look("admissions.draft_discharge")
def draft(request, encounter_id):
    """Draft the discharge summary from the record, or refresh the draft; the editor opens."""
    document = draft_discharge(encounter_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:document_edit", document.pk)


@require_POST
@look("admissions.sign_discharge")
def sign(request, document_id):
    """Sign the summary that was read."""
    edited = cleaned(ReadForm(request.POST))["edited"]
    document = sign_discharge(document_id, by=request.actor, edited=edited, request_key=request_key(request))
    return redirect("admissions:discharge", document.encounter_id)
