"""Home, now, next: the page of three columns with one decision a line, and the patient's paper."""
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from emr.chart_tabs import page_address
from emr.errors import Malformed, NotFound
from emr.pages import cleaned, look, request_key
from orders.actions.reconciliation import complete_reconciliation
from orders.models import Reconciliation, ReconciliationLine
from orders.queries import reconciliation as queries
from orders.rules import frequency, line_product, route
from orders.rules import line as lines_of_text
from orders.web.forms import AnswerForm
from orders.web.order import beside_orders, gone, in_words, opened

Decision, Moment = ReconciliationLine.Decision, Reconciliation.Moment
CHOICES = [Decision.CONTINUE, Decision.CHANGE, Decision.STOP, Decision.SUBSTITUTE]
ORDERED = {Decision.CONTINUE, Decision.CHANGE, Decision.SUBSTITUTE, Decision.NEW}
NEW_LINES = 3
LANGUAGES = ("en", "ru")


@look("orders.see_reconciliation")
def page(request, encounter_id, moment):
    """Every drug at home, now and next; what is undecided stands first. One decision a line, all of them signed at once."""
    encounter = opened(request, encounter_id, "orders:reconciliation")
    if moment not in Moment.values:
        raise NotFound()
    lines = queries.lines_of(encounter, moment)
    form = AnswerForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        cleaned(form)
        complete_reconciliation(encounter, by=request.actor, moment=moment, decisions=_decisions(request, lines),
                                request_key=request_key(request), **form.answers())
        return gone(request, request.path)
    queries.offer_products(lines)
    in_words([row for line in lines for row in (line.request, line.next) if row])
    for line in lines:
        line.opens = not line.is_past and bool(line.statement or line.request)
        line.prefilled = _as_text(line)
        line.choices = CHOICES if line.statement or moment == Moment.DISCHARGE else [Decision.CONTINUE,
                                                                                     Decision.NEW, *CHOICES[1:]]
    back_to = page_address(request.actor, encounter.patient_id, "orders")
    return render(request, "orders/reconciliation/page.html", {
        **beside_orders(encounter), "moment": moment, "moment_label": Moment(moment).label, "form": form,
        "lines": sorted(lines, key=lambda line: not line.is_undecided), "undecided": sum(line.is_undecided for line in lines),
        "may": request.actor.may("orders.complete_reconciliation"), "new_lines": range(NEW_LINES),
        "tabs": _tabs(request, encounter, moment),
        "back_to": back_to, "crumbs": [{"label": encounter.patient.full_name, "url": back_to}]})


def _tabs(request, encounter, moment):
    done = queries.moments_done(encounter)
    return [{"label": f"{each.label} ✓" if each.value in done else each.label, "current": each.value == moment,
             "url": reverse("orders:reconcile", args=[encounter.pk, each.value])} for each in Moment]


def _as_text(line):
    """The present order as one line, to be changed word by word."""
    row = line.next or line.request
    if row is None:
        return f"{line.statement.text} {line.statement.dosage_text}".strip()
    return " ".join(filter(None, [row.medication.name, row.dose_words, row.route, row.timing_text]))


def _decisions(request, lines):
    """What the form says: one dict a decided line, one a new drug. Raises what reading an order line raises."""
    by_key, found, data = {line.key: line for line in lines}, [], request.POST
    for key in data.getlist("line"):
        decision, line = data.get(f"decision-{key}"), by_key.get(key)
        if not decision:
            continue
        said = {"decision": decision, "reason": data.get(f"reason-{key}", "")}
        said |= {"statement": line.statement and line.statement.pk, "request": line.request and line.request.pk} if line else {
            "statement": key}
        found.append(said | _ordered(decision, data.get(f"order-{key}", ""), data.get(f"product-{key}"), line))
    return found + [{"decision": Decision.NEW} | _read(text, None) for text in data.getlist("new") if text.strip()]


def _ordered(decision, text, product, line):
    """The order that the decision needs: none to stop, none to go on with what is ordered already."""
    goes_on = decision in (Decision.CONTINUE, Decision.NEW) and line is not None and (line.request or line.next)
    if decision not in ORDERED or goes_on or not text.strip():
        return {}
    if decision == Decision.CONTINUE and not product:
        return {}  # the patient's own drug: an order of it names its product
    return _read(text, product or (line and decision == Decision.CHANGE and line.request and line.request.medication_id))


def _read(text, chosen):
    if len(text) > lines_of_text.MAX_LENGTH:
        raise Malformed(problem=_("the line is too long"))
    line = lines_of_text.read(text)
    return {"medication": line_product.product(line, chosen).pk, "order": line.order()}


@require_GET
@look("orders.see_reconciliation")
def medicines(request, encounter_id):
    """The patient's paper: what is new, changed, as before, stopped, in plain words; `language` en or ru."""
    encounter = opened(request, encounter_id, "orders:medicines")
    language = request.GET.get("language", "ru")
    if language not in LANGUAGES:
        raise Malformed(problem=f"language: one of {', '.join(LANGUAGES)}")
    decided, more = queries.last_words(encounter)
    with translation.override(language):
        groups = _groups(decided, more, language)
        return render(request, "orders/reconciliation/paper.html", {
            "encounter": encounter, "patient": encounter.patient, "groups": groups, "language": language})


def _groups(decided, more, language):
    """Title, words, rows of name, how, why; empty groups left out."""
    rows = {"new": [_paper(row, "", language) for row in more], "changed": [], "same": [], "stopped": []}
    for row in decided:
        kind = {Decision.NEW: "new", Decision.CHANGE: "changed", Decision.CONTINUE: "same", Decision.STOP: "stopped"}.get(
            row.decision)
        was = str(row.statement or (row.request and _drug(row.request.medication, language)) or "")
        if row.decision == Decision.SUBSTITUTE:
            rows["stopped"].append({"name": was, "how": "", "why": row.reason})
            rows["new"].append(_paper(row.made, _("instead of {drug}").format(drug=was), language))
        elif kind == "stopped":
            if row.statement:  # what was given in the hospital only is nothing to stop at home
                rows["stopped"].append({"name": was, "how": "", "why": row.reason})
        elif row.made:  # begun in the hospital: new to the one who goes home
            rows["new" if row.statement is None and kind != "changed" else kind].append(_paper(row.made, row.reason, language))
        elif row.statement:
            rows["same"].append({"name": str(row.statement.text), "how": row.statement.dosage_text, "why": ""})
    titles = [("new", _("New: begin to take")), ("changed", _("Changed: take it differently from now on")),
              ("same", _("As before: go on taking")), ("stopped", _("Stopped: do not take any more"))]
    return [(title, rows[name]) for name, title in titles if rows[name]]


def _drug(product, language):
    return " ".join(filter(None, [(product.name_ru if language == "ru" else "") or product.name, product.strength]))


def _paper(order, why, language):
    how = ", ".join(
        filter(None, [order.dose_words, str(route.words(order.route)), frequency.words(order.timing_text, order.timing),
                                  order.as_needed_for, order.instructions]))
    return {"name": _drug(order.medication, language), "how": how, "why": why}
