"""Verbal orders: the nurse writes one while the doctor speaks; the doctor's queue to sign; what was disputed."""
import json

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emr.chart_tabs import page_address
from emr.errors import NotFound, Refusal
from emr.inputs import Segments
from emr.models import Staff
from emr.pages import cleaned, look, page_of, request_key
from orders.actions import verbal_order as acts
from orders.actions.medication_request import active_medication
from orders.models import VerbalOrder
from orders.queries import doctor as doctors
from orders.queries import order_policy
from orders.queries import order_verification as verifications
from orders.queries import verbal_order as queries
from orders.web.forms import OrderForm, ReasonForm
from orders.web.order import beside_orders, found, gone, in_words, opened, shown_to

TOLD = {"doctor", "how", "read_back"}


class VerbalForm(OrderForm):
    """An order as it is told. A hard stop has no field here: it is not passed by word of mouth."""

    doctor = forms.ModelChoiceField(Staff.objects.none(), label=gettext_lazy("The doctor who orders"))
    how = forms.ChoiceField(label=gettext_lazy("How it is told"), choices=VerbalOrder.How, initial="telephone", widget=Segments)
    read_back = forms.BooleanField(label=gettext_lazy("Read back to the doctor and confirmed"), required=False)
    second_signature = second_password = None

    def __init__(self, *args, actor, encounter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["doctor"].queryset = doctors.others(actor)
        self.fields["doctor"].initial = doctors.attending(encounter)

    def order(self):
        """The order's own fields, without who told it."""
        return {name: value for name, value in super().order().items() if name not in TOLD}

    def answers(self):
        """The doctor's reason in spite of a warning, and who told the order and how."""
        data = self.cleaned_data
        return {"override_reason": self.reason(), **{name: data[name] for name in TOLD}}


@look("orders.take_verbal_order")
def take(request, encounter_id):
    """Write an order that is being told, read it back, tick it. Nothing is saved until then."""
    encounter = opened(request, encounter_id, "orders:verbal")
    back_to = page_address(request.actor, encounter.patient_id, "orders")
    form = VerbalForm(request.POST or None, actor=request.actor, encounter=encounter)
    if request.method == "POST":
        data = cleaned(form)
        acts.take_verbal_order(encounter, medication=data["medication"], by=request.actor, request_key=request_key(request),
                               **form.order(), **form.answers())
        return gone(request, back_to)
    return render(request, "orders/verbal/take.html", {
        **beside_orders(encounter), "form": form, "back_to": back_to, **found(request),
        "crumbs": [{"label": encounter.patient.full_name, "url": back_to}]})


@require_POST
@look("orders.take_verbal_order")
def preview(request, encounter_id):
    """What is to be read back: the order in words with every dose time and what the checks find."""
    encounter, context = opened(request, encounter_id, "orders:verbal"), {}
    form = VerbalForm(request.POST, actor=request.actor, encounter=encounter)
    form.fields["doctor"].required = False
    try:
        context = shown_to(request, encounter, active_medication(cleaned(form)["medication"]), form.order())
    except Refusal as refusal:  # still being told: the gap is shown in place, not as an alarm
        context = {"missing": refusal}
    return render(request, "orders/order/_preview.html", context)


@look("orders.see_verbal_orders")
def page(request):
    """For the doctor what he told and has to sign, the oldest first; for the nurse what waits for a signature in her department.
    """
    return render(request, "orders/verbal/page.html",
                  _queues(request) | {"hours": order_policy.setting().sign_verbal_within_hours})


def _queues(request, size=50):
    """Rows of the reader: to sign, of colleagues overdue, taken and unsigned, disputed."""
    actor, here = request.actor, list(request.actor.department_ids)
    if actor.may("orders.sign_verbal_order"):
        return {"signs": True, "page": _worded(page_of(request, queries.to_sign(actor), size)),
                "others": _words(list(queries.overdue_of_others(here, actor)[:size])),
                "disputed": _words(list(queries.disputed([], actor)[:size]))}
    return {"signs": False, "page": _worded(page_of(request, queries.taken_in(here, actor), size)), "others": [],
            "disputed": _words(list(queries.disputed(here, actor)[:size]))}


def _worded(page):
    _words(page.object_list)
    return page


def _words(rows):
    in_words([row.request for row in rows])
    return rows


@look("orders.see_verbal_orders")
def home(request):
    """The start page's fragment: verbal orders to sign or disputed, and what the pharmacist asks the doctor."""
    context = _queues(request, 8)
    asked = []
    if request.actor.may("orders.answer_question"):
        asked = in_words(list(verifications.asked_back(request.actor, request.actor.department_ids)[:8]))
    return render(request, "orders/verbal/_home.html", context | {"asked": asked})


def _mine(verbal_id):
    row = queries.one(verbal_id)
    if row is None:
        raise NotFound()
    return row


@require_POST
@look("orders.sign_verbal_order")
def sign(request, verbal_id):
    """Sign one verbal order; the next one stands first then."""
    acts.sign_verbal_order(_mine(verbal_id), by=request.actor, request_key=request_key(request))
    return _back(request, _("Verbal order signed"))


@look("orders.dispute_verbal_order")
def dispute(request, verbal_id):
    """Say that it was not ordered so, with the reason: the order stops and the nurses are told."""
    row, form = _mine(verbal_id), ReasonForm(request.POST or None)
    if request.method == "POST":
        acts.dispute_verbal_order(row, by=request.actor, reason=cleaned(form)["reason"], request_key=request_key(request))
        return _back(request, _("The order is stopped; the nurses are told"))
    return render(request, "orders/verbal/_dispute.html", {"row": row, "form": form})


def _back(request, text):
    if not request.htmx:
        return redirect("orders:verbal")
    response = render(request, "orders/verbal/_queue.html", _queues(request))
    response["HX-Trigger"] = json.dumps({"dialog-close": True, "toast": text})
    return response
