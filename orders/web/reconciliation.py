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
from orders.rules import line as lines_of_text
from orders.rules import line_product, medicines_paper
from orders.web.forms import AnswerForm
from orders.web.order import beside_orders, gone, in_words, opened

Decision, Moment = ReconciliationLine.Decision, Reconciliation.Moment
CHOICES = [Decision.CONTINUE, Decision.CHANGE, Decision.STOP, Decision.SUBSTITUTE]
OF_THE_WARD = [Decision.CONTINUE, Decision.NEW, *CHOICES[1:]]
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
        line.choices = CHOICES if line.statement or moment == Moment.DISCHARGE else OF_THE_WARD
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
        groups = medicines_paper.groups(decided, more, language)
        return render(request, "orders/reconciliation/paper.html", {
            "encounter": encounter, "patient": encounter.patient, "groups": groups, "language": language})
