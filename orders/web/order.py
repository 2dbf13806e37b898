"""Medication orders: the chart's tab, prescribing with a preview, stopping, holding, resuming, changing."""
import json

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emr import clock
from emr.access import chart_for
from emr.chart_tabs import page_address
from emr.errors import NotFound, Refusal
from emr.pages import cleaned, look, page_of, request_key
from emr.queries.chart import allergies
from orders.actions import medication_request as acts
from orders.actions.safety import note_findings
from orders.models import MedicationRequest
from orders.queries import encounter as encounters
from orders.queries import infusion as infusions
from orders.queries import leave as leaves
from orders.queries import medication as medications
from orders.queries import medication_request as queries
from orders.queries import service_request as requests
from orders.queries.order_verification import beside
from orders.queries.safety_finding import not_noted
from orders.rules import chain, frequency, route, scale, stages
from orders.rules.infusion import runs_of
from orders.rules.order_preview import preview as preview_of
from orders.web.forms import ChangeForm, OrderForm, ReasonForm

MAY = ["prescribe_medication", "renew_medication", "start_order_on_event", "stop_medication", "hold_medication",
       "resume_medication",
       "change_medication", "change_rate", "request_service", "cancel_request", "take_verbal_order", "answer_question",
       "start_leave", "end_leave", "see_reconciliation"]

ENDED_SHOWN = 20  # ended orders on the tab; the others stand in the patient's history


def opened(request, encounter_id, purpose):
    """The stay or visit, its chart being open to the reader. Raises NotFound, ChartNotVisible."""
    encounter = encounters.by_id(encounter_id)
    if encounter is None:
        raise NotFound()
    chart = chart_for(request.actor, encounter.patient, purpose)
    if not chart.shows("orders"):
        raise NotFound()
    return encounter


def in_words(rows):
    """Put the words for how often and by which route beside each order."""
    bags = infusions.bags_of(rows)
    rates = infusions.rates_of(bags) if bags else {}
    for row in rows:
        row.how_often, row.by_route = frequency.words(row.timing_text, row.timing), route.words(row.route)
        row.bag, row.runs = bags.get(row.pk), runs_of(rates.get(row.pk, ()), clock.now())
        row.by_scale = scale.words(row.scale, row.dose_unit) if row.scale else ""
        row.by_stages = stages.words(row.stages, row.dose_unit) if row.stages else ""
    return rows


def tab_context(request, patient):
    """What the orders tab shows: the orders and requests of the open stay or visit."""
    encounter = encounters.current_of(patient)
    orders = chain.on_one_line(in_words(list(beside(queries.of_encounter(encounter))))) if encounter else []
    over = [row for row in orders if row.status not in queries.RUNNING]
    return {"patient": patient, "encounter": encounter, "leave": leaves.open_of(encounter) if encounter else None,
            "may": {name: request.actor.may(f"orders.{name}") for name in MAY},
            "running": [row for row in orders if row.status in queries.RUNNING],
            "over": over[:ENDED_SHOWN], "more": len(over) > ENDED_SHOWN,
            "requests": list(requests.of_encounter(encounter)) if encounter else []}


@look("orders.see_orders")
def chart_tab(request, patient_id):
    """The orders of the patient's open stay or visit: a fragment of the chart."""
    chart = chart_for(request.actor, patient_id, "orders")
    if not chart.shows("orders"):
        raise NotFound()
    return render(request, "orders/order/_tab.html", tab_context(request, chart.patient))


@look("orders.see_orders")
def history(request, patient_id):
    """All orders of the patient, newest first."""
    chart = chart_for(request.actor, patient_id, "orders:history")
    if not chart.shows("orders"):
        raise NotFound()
    page = page_of(request, beside(queries.of_patient(chart.patient)))
    in_words(page.object_list)
    return render(request, "orders/order/history.html", {
        "patient": chart.patient, "page": page,
        "crumbs": [{"label": chart.patient.full_name, "url": page_address(request.actor, patient_id, "orders")}]})


@look("orders.prescribe_medication")
def prescribe(request, encounter_id):
    """Write an order, see every dose time ahead, sign it. Nothing is saved until it is signed."""
    return write_order(request, encounter_id, OrderForm, "orders/order/prescribe.html")


def write_order(request, encounter_id, form_class, template):
    """The page on which an order of one kind is written and signed: `form_class` says what it asks, `template` how."""
    encounter = opened(request, encounter_id, "orders:prescribe")
    back_to = page_address(request.actor, encounter.patient_id, "orders")
    form = form_class(request.POST or None, actor=request.actor)
    if request.method == "POST":
        medication = cleaned(form)["medication"]
        acts.prescribe_medication(encounter, medication=medication, by=request.actor, request_key=request_key(request),
                                  category=category_of(encounter), **form.order(), **form.answers())
        return gone(request, back_to)
    return render(request, template, {
        **beside_orders(encounter), "form": form, "back_to": back_to, **found(request),
        "crumbs": [{"label": encounter.patient.full_name, "url": back_to}]})


def beside_orders(encounter):
    """Whoever orders sees for whom, and what the patient does not bear: the stay, the patient, the live allergies."""
    return {"encounter": encounter, "patient": encounter.patient, "allergies": allergies(encounter.patient)}


def category_of(encounter):
    """A polyclinic visit ends in a prescription; in the ward and the emergency room drugs are given."""
    return "community" if encounter.kind in ("AMB", "HH", "VR") else "inpatient"


def gone(request, url):
    """Go to another page after a form, also when htmx sent it."""
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_POST
@look("orders.prescribe_medication")
def preview(request, encounter_id):
    """The order in words with every dose time of 48 hours, or the sentence that says what is still missing."""
    return preview_order(request, encounter_id, OrderForm)


def preview_order(request, encounter_id, form_class):
    """What was written so far, in words: a fragment of the page of `write_order`."""
    encounter = opened(request, encounter_id, "orders:prescribe")
    form, context = form_class(request.POST, actor=request.actor), {}
    try:
        medication = acts.active_medication(cleaned(form)["medication"])
        context = shown_to(request, encounter, medication, form.order())
    except Refusal as refusal:  # the order is still being written: its gap is shown in place, not as an alarm
        context = {"missing": refusal}
    return render(request, "orders/order/_preview.html", context)


def shown_to(request, encounter, medication, order):
    """The preview of an order, its warnings being kept as shown (the fatigue table counts them)."""
    shown = preview_of(encounter, medication, order | {"category": category_of(encounter)}, clock.now())
    draft = request_key(request)
    if fresh := not_noted([finding for finding in shown.findings if finding.needs_answer], draft):
        note_findings(encounter, by=request.actor, medication=medication, findings=fresh, draft=draft)
    return {"shown": shown, "route": route.words(shown.order["route"])}


@look("orders.see_orders")
def medication_search(request):
    """Drugs of the formulary by words: a fragment of radio buttons."""
    return render(request, "orders/order/_drugs.html", found(request))


def found(request):
    """Up to 20 drugs for the words typed so far."""
    asked = request.GET.get("q", "")[:80]
    return {"asked": asked, "drugs": list(medications.search(asked)[:20]) if asked.strip() else []}


def of_chart(request, request_id, purpose):
    """The order with its status, its chart being open to the reader."""
    row = queries.with_status(MedicationRequest.objects.filter(pk=request_id)).select_related("medication").first()
    if row is None:
        raise NotFound()
    opened(request, row.encounter_id, purpose)
    return row


def done(request, row, text):
    """The tab anew after an act from a dialog."""
    if not request.htmx:
        return redirect(page_address(request.actor, row.patient_id, "orders"))
    response = render(request, "orders/order/_tab.html", tab_context(request, row.encounter.patient))
    response["HX-Trigger"] = json.dumps({"dialog-close": True, "toast": str(text)})
    return response


@look("orders.stop_medication")
def stop(request, request_id):
    """Stop an order, with the reason."""
    row = of_chart(request, request_id, "orders:stop")
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        acts.stop_medication(row, by=request.actor, reason=cleaned(form)["reason"], request_key=request_key(request))
        return done(request, row, _("Order stopped"))
    return render(request, "orders/order/_stop.html", {"order": row, "form": form})


@look("orders.hold_medication")
def hold(request, request_id):
    """Pause an order, with the reason."""
    row = of_chart(request, request_id, "orders:hold")
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        acts.hold_medication(row, by=request.actor, reason=cleaned(form)["reason"], request_key=request_key(request))
        return done(request, row, _("Order on hold"))
    return render(request, "orders/order/_hold.html", {"order": row, "form": form})


@require_POST
@look("orders.resume_medication")
def resume(request, request_id):
    """End the pause of an order."""
    row = of_chart(request, request_id, "orders:resume")
    acts.resume_medication(row, by=request.actor, request_key=request_key(request))
    return done(request, row, _("Order resumed"))


@look("orders.change_medication")
def change(request, request_id):
    """Change dose or frequency: the order is stopped and its successor begins, in one act."""
    row = of_chart(request, request_id, "orders:change")
    form = ChangeForm(request.POST or None, actor=request.actor, initial={
        "dose": row.dose, "dose_unit": row.dose_unit, "from_next_dose": True})
    if request.method == "POST":
        data = cleaned(form)
        acts.change_medication(row, by=request.actor, reason=data["reason"], from_next_dose=data["from_next_dose"],
                               request_key=request_key(request), **form.changes(row), **form.answers())
        return done(request, row, _("Order changed"))
    return render(request, "orders/order/_change.html", {"order": row, "form": form, "how_often": frequency.words(
        row.timing_text, row.timing)})
