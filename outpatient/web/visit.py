"""The doctor's day, and the visit on one screen (F1, F2, F7)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from emr.access import chart_for
from emr.actions.condition import record_condition
from emr.actions.document import edit_document, write_document
from emr.errors import Malformed, NotFound
from emr.inputs import Segments
from emr.models import Document, Encounter
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import chart as charts
from emr.queries import code as codes
from emr.rules.codes import title
from emr.rules.note import form_sections
from orders.rules.frequency import words
from outpatient.actions.visit import finish_visit, start_visit
from outpatient.queries import visit as queries
from outpatient.queries.card import open_card_of
from outpatient.rules import visit_note

Disposition = Encounter.Disposition
WAYS = [(Disposition.HOME, _("Goes home")), (Disposition.ADMITTED, _("To a ward")),
        (Disposition.TRANSFERRED, _("To another institution")), (Disposition.LEFT_DURING, _("Left during the visit"))]


class StartForm(forms.Form):
    department = forms.ModelChoiceField(queries.departments(), label=_("Department"), empty_label=None)
    complaint = forms.CharField(label=_("Complaint"), max_length=500, required=False)


class DiagnosisForm(forms.Form):
    code = forms.CharField(required=False, max_length=170)
    text = forms.CharField(label=_("Diagnosis in words"), max_length=500, required=False)
    reuse = forms.UUIDField(required=False)


class FinishForm(forms.Form):
    conclusion = forms.CharField(label=_("Conclusion"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}),
                                 help_text=_("What the patient takes home in one or two sentences; kept when you finish."))
    disposition = forms.ChoiceField(label=_("The patient goes"), choices=WAYS, widget=Segments, initial=Disposition.HOME)
    sign = forms.BooleanField(label=_("Sign the note"), required=False, initial=True)
    edited = forms.IntegerField(required=False, min_value=0)
    note = forms.UUIDField(required=False)


def start_form(actor):
    """The form that begins a visit, with the actor's own polyclinic department chosen."""
    mine = queries.departments().filter(pk__in=actor.department_ids).first()
    return StartForm(initial={"department": mine})


@look("outpatient.see_visits")
def day(request):
    """A doctor's day: who waits, who is being received, who was here. The registry sees all doctors."""
    doctor = request.actor if request.actor.may("outpatient.start_visit") else None
    everybody = doctor is None or request.GET.get("whose") == "department"
    chosen = {"doctor": None, "departments": request.actor.department_ids if doctor else None} if everybody else {
        "doctor": doctor}
    return render(request, "outpatient/visit/day.html", {
        "open": page_of(request, queries.open_visits(**chosen), 100),
        "finished": page_of(request, queries.finished_today(**chosen)), "everybody": everybody, "is_doctor": doctor is not None})


def _open(request, encounter_id, purpose):
    visit = queries.find(encounter_id)
    chart = chart_for(request.actor, visit.encounter.patient, purpose)
    if not chart.shows("notes"):
        raise NotFound()
    return chart, visit


@look("outpatient.see_visits")
def page(request, encounter_id):
    """One visit: complaint, signs, problems offered, diagnoses, note, orders, conclusion."""
    chart, visit = _open(request, encounter_id, "visit")
    encounter, note = visit.encounter, queries.note_of(visit.encounter)
    is_open = encounter.finished_at is None
    return render(request, "outpatient/visit/page.html", {
        "chart": chart, "patient": chart.patient, "visit": visit, "encounter": encounter, "is_open": is_open,
        "allergies": charts.allergies(chart.patient), "vitals": visit_note.in_words(queries.vitals_of(encounter)),
        "earlier_vitals": visit_note.in_words(charts.last_vitals(chart.patient)),
        "conditions": list(queries.conditions(encounter)),
        "problems": list(queries.problems(chart.patient, encounter)), "note": note, "card": open_card_of(chart.patient),
        "note_is_mine": note is not None and note.status == Document.Status.DRAFT and note.author_id == request.actor.pk,
        "form": FinishForm(initial={"conclusion": visit.conclusion}),
        "may_finish": request.actor.may("outpatient.finish_visit"), "may_note": request.actor.may("emr.write_document"),
        "may_diagnose": request.actor.may("emr.record_condition"), "may_measure": request.actor.may("nursing.record_vitals")})


@look("outpatient.start_visit")
def start(request, patient_id):
    """Begin a visit from the patient's chart."""
    chart = chart_for(request.actor, patient_id, "visit:start")
    data = cleaned(StartForm(request.POST))
    encounter = start_visit(chart.patient, by=request.actor, request_key=request_key(request), **data)
    return redirect("outpatient:visit", encounter.pk)


@look("emr.write_document")
def write_note(request, encounter_id):
    """Begin the visit note; complaint and signs stand in it already."""
    chart, visit = _open(request, encounter_id, "visit:note")
    write_document(chart.patient, by=request.actor, request_key=request_key(request), kind=visit_note.KIND,
                   title=visit_note.title(visit), encounter=visit.encounter,
                   sections=visit_note.prefilled(visit, queries.vitals_of(visit.encounter)))
    return redirect("outpatient:visit", encounter_id)


@look("emr.record_condition")
def diagnose(request, encounter_id):
    """State a diagnosis of this visit: a new one by code or words, or one of the patient's problems anew."""
    chart, visit = _open(request, encounter_id, "visit:diagnosis")
    data, earlier = cleaned(DiagnosisForm(request.POST)), None
    if data["reuse"]:
        earlier = queries.problem(chart.patient, data["reuse"])
        named = {name: getattr(earlier, name) for name in ("text", "code", "system", "onset")}
    else:
        named = _named(data)
    record_condition(chart.patient, by=request.actor, request_key=request_key(request), stage="final",
                     encounter=visit.encounter, replaces=earlier, **named)
    return redirect("outpatient:visit", encounter_id)


def _named(data):
    system, _bar, code = data["code"].partition("|")
    entry = codes.by_key(system, code) if code else None
    text = data["text"] or (title(entry, (get_language() or "en")[:2]) if entry else "")
    if not text:
        raise Malformed(problem="text: choose a code, or write the diagnosis in words")
    return {"text": text, "code": entry.code if entry else "", "system": entry.system if entry else ""}


@look("outpatient.finish_visit")
def finish(request, encounter_id):
    """Keep the note, sign it when asked to, and end the visit with its conclusion."""
    _chart, visit = _open(request, encounter_id, "visit:finish")
    data, note = cleaned(FinishForm(request.POST)), None
    if data["note"]:
        note = queries.draft_of(visit.encounter, data["note"], request.actor)
        if note and visit_note.texts_changed(note.sections, request.POST):
            note = edit_document(note, by=request.actor, edited=data["edited"],
                                 sections=form_sections(note.sections, request.POST))
    signed = {"note": note, "edited": note.edited} if note and data["sign"] else {}
    finish_visit(visit.encounter, by=request.actor, request_key=request_key(request), conclusion=data["conclusion"],
                 disposition=data["disposition"], **signed)
    return redirect("outpatient:visit", encounter_id)


@look("outpatient.see_visits")
def extract(request, encounter_id):
    """The extract of a visit as paper, for the patient to take along."""
    chart, visit = _open(request, encounter_id, "visit:extract")
    drugs = [{"order": row, "often": words(row.timing_text, row.timing)} for row in queries.prescriptions(visit.encounter)]
    return render(request, "outpatient/visit/extract.html", {
        "patient": chart.patient, "visit": visit, "encounter": visit.encounter, "card": open_card_of(chart.patient),
        "conditions": queries.conditions(visit.encounter), "notes": queries.signed_notes(visit.encounter),
        "vitals": visit_note.in_words(queries.vitals_of(visit.encounter)), "drugs": drugs,
        "requests": queries.requests(visit.encounter), "allergies": charts.allergies(chart.patient)})
