"""The pharmacist's queue: one order with all it rests on, one key = verified; and the doctor's answer."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr import clock
from emr.chart_tabs import page_address
from emr.errors import NotFound
from emr.pages import cleaned, look, page_of, request_key
from emr.queries.chart import allergies
from orders.actions import order_verification as acts
from orders.models import MedicationRequest
from orders.queries import order_verification as queries
from orders.queries import safety as facts_of
from orders.rules import safety
from orders.web.forms import ReasonForm
from orders.web.order import in_words, of_chart, opened

PAGE = 25


class AnswerToPharmacist(forms.Form):
    answer = forms.CharField(label=_("Answer to the pharmacist"), max_length=500)


@look("orders.see_verification")
def page(request):
    """Orders that wait, STAT first, then the oldest; the chosen one (else the first) with allergies, kidneys, weight and
    findings.
    """
    rows = page_of(request, queries.queue(), PAGE)
    in_words(rows.object_list)
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("order")), None) or next(iter(rows), None)
    context = {"page": rows, "asked": in_words(list(queries.asked_back()[:PAGE])), "form": ReasonForm()}
    return render(request, "orders/verification/page.html", context | (_beside(request, chosen) if chosen else {}))


def _beside(request, order):
    """What the pharmacist looks at beside the order; its chart is opened and the reading logged."""
    opened(request, order.encounter_id, "orders:verification")
    facts = facts_of.gather(order.patient_id, order.medication, clock.now(), without=[order])
    said = {name: getattr(order, name) for name in ("dose", "dose_unit", "route", "timing", "as_needed", "max_per_day")}
    return {"order": order, "allergies": allergies(order.patient), "facts": facts, "findings": safety.check(facts, said),
            "overridden": list(order.findings.exclude(override_reason="")), "said": list(queries.said_of(order)),
            "others": [drug.order for drug in facts.others if drug.order],
            "home": [drug.label for drug in facts.others if not drug.order]}


@look("orders.see_verification")
def home(request):
    """The start page's fragment: how many orders wait, the first of them."""
    rows = queries.queue()
    return render(request, "orders/verification/_home.html", {"count": rows.count(), "rows": in_words(list(rows[:8]))})


@require_POST
@look("orders.verify_order")
def verify(request, request_id):
    """Verified; the next order stands there then."""
    acts.verify_order(_found(request_id), by=request.actor, request_key=request_key(request))
    return redirect("orders:verification")


@require_POST
@look("orders.question_order")
def question(request, request_id):
    """Ask the doctor; the order leaves the queue until he answers or changes it."""
    acts.question_order(_found(request_id), by=request.actor, reason=cleaned(ReasonForm(request.POST))["reason"],
                        request_key=request_key(request))
    return redirect("orders:verification")


@look("orders.answer_question")
def answer(request, request_id):
    """The doctor reads the pharmacist's question beside the order, answers, or goes to the chart to change or stop it."""
    order = of_chart(request, request_id, "orders:answer")
    form, back_to = AnswerToPharmacist(request.POST or None), page_address(request.actor, order.patient_id, "orders")
    if request.method == "POST":
        acts.answer_question(order, by=request.actor, answer=cleaned(form)["answer"], request_key=request_key(request))
        return redirect(back_to)
    in_words([order])
    return render(request, "orders/verification/answer.html", {
        "order": order, "said": list(queries.said_of(order)), "form": form, "back_to": back_to,
        "crumbs": [{"label": order.patient.full_name, "url": back_to}]})


def _found(request_id):
    row = MedicationRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotFound()
    return row
