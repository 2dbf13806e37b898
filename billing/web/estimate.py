"""Estimates: planned with prices in sight, given to the patient on paper, later beside what the ledger has."""
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.estimate import assign_estimate, make_estimate, payer_of
from billing.models import Payer, Tariff
from billing.queries import case
from billing.queries import estimate as queries
from billing.rules.estimate import by_kind, compared, expected
from emr import clock
from emr.inputs import DayInput
from emr.models import Encounter
from emr.pages import cleaned, look, page_of, request_key
from emr.printing import printed


class PlanForm(forms.Form):
    """For whom and by which prices; what is expected stands below it, line by line."""

    payer = forms.ModelChoiceField(label=gettext_lazy("Payer"), queryset=Payer.objects.order_by("name"), empty_label=None)
    priced_on = forms.DateField(label=gettext_lazy("Prices of"), widget=DayInput(), initial=clock.today)
    diagnosis = forms.CharField(label=gettext_lazy("Diagnosis"), max_length=40, required=False,
                                help_text=gettext_lazy("Beginning of the code"))
    reason = forms.CharField(label=gettext_lazy("Why a new estimate"), max_length=300, required=False)


class AssignForm(forms.Form):
    """The stay an estimate was made for."""

    encounter = forms.ModelChoiceField(label=gettext_lazy("Stay or visit"), queryset=Encounter.objects.none(), empty_label=None)

    def __init__(self, *args, patient, **values):
        super().__init__(*args, **values)
        self.fields["encounter"].queryset = queries.stays(patient)


def planned(data) -> tuple[list, list]:
    """What the form holds as (kind, code, quantity) without what was set to nothing, and the texts that are no quantities."""
    rows, wrong = [], []
    for kind, code, text in zip(data.getlist("kind"), data.getlist("code"), data.getlist("quantity"), strict=False):
        try:
            quantity = Decimal(text.replace(",", ".").strip() or "0")
        except InvalidOperation:
            quantity = Decimal("NaN")
        if kind in Tariff.Kind.values and code and quantity.is_finite() and 0 <= quantity < 10 ** 6:
            rows += [(kind, code, quantity)] if quantity else []
        else:
            wrong.append(text)
    kind, _bar, code = data.get("add", "").partition("|")
    return rows + ([(kind, code, Decimal(1))] if kind in Tariff.Kind.values and code else []), wrong


def _asked(rows, name, data):
    """The row that the address or form names by its id, or None."""
    try:
        return rows.filter(pk=UUID(data.get(name, ""))).first()
    except ValueError:
        return None


@look("billing.make_estimate")
def plan(request, patient_id):
    """Plan an estimate: find what is expected, see its price, take over what such cases had; then give it."""
    patient, data = queries.patient_of(request.actor, patient_id), request.POST or request.GET
    earlier = _asked(queries.of_person(patient), "replaces", data)
    stay = (earlier and earlier.encounter) or _asked(queries.stays(patient), "encounter", data)
    form = PlanForm(request.POST or None, initial=_first(earlier, stay))
    wanted, wrong = planned(request.POST)
    if earlier and not request.POST:
        wanted = [(line.kind, line.code, line.quantity) for line in earlier.lines.all()]
    good = not request.POST or (form.is_valid() and not wrong)
    asked = (cleaned(form) if request.POST else form.initial | {"priced_on": clock.today()}) if good else None
    if good and "decide" in request.POST:
        made = make_estimate(patient, by=request.actor, request_key=request_key(request), encounter=stay, replaces=earlier,
                             lines=[{"kind": kind, "code": code, "quantity": quantity} for kind, code, quantity in wanted],
                             **asked)
        return redirect("billing:estimate", made.pk)
    return render(request, "billing/estimate/plan.html", {
        "form": form, "patient": patient, "earlier": earlier, "stay": stay, "wrong": wrong, "crumbs": _crumbs(patient),
        **_priced(request, asked, wanted, stay)}, status=200 if good else 422)


def _first(earlier, stay):
    main = stay and case.diagnosis(stay)
    return {"payer": earlier.payer if earlier else payer_of(None, stay),
            "diagnosis": earlier.diagnosis if earlier else main.code.partition(".")[0] if main else ""}


def _priced(request, asked, wanted, stay):
    """What the plan page shows below the form: lines with prices, what was found, the cases beside it."""
    find = request.POST.get("find", "")
    found = [(kind, code, name, Tariff.Kind(kind).label) for kind, code, name in queries.offered(find)]
    if asked is None:
        rows, beside = [{"kind": kind, "code": code, "text": code, "quantity": quantity} for kind, code, quantity in wanted], []
    else:
        beside = queries.cases(asked["diagnosis"].strip().upper(), encounter=stay)
        usual = queries.usual([pk for pk, _amount in beside]) if "take" in request.POST else wanted
        rows = expected(usual, payer=asked["payer"], day=asked["priced_on"])
    amounts = sorted(amount for _pk, amount in beside)
    return {"rows": rows, "find": find, "found": found, "cases": len(amounts),
            "median": amounts[(len(amounts) - 1) // 2] if amounts else None,
            "total": sum((row.amount or 0 for row in rows), Decimal(0)) if asked else None,
            "missing": [row.text for row in rows if row.amount is None] if asked else []}


def _crumbs(patient):
    return [{"label": _("Estimates"), "url": reverse("billing:estimates", args=[patient.pk])}]


@look("billing.see_accounts")
def estimates(request, patient_id):
    """Estimates of one patient."""
    patient = queries.patient_of(request.actor, patient_id)
    return render(request, "billing/estimate/list.html", {
        "patient": patient, "page": page_of(request, queries.of_person(patient)),
        "may_make": request.actor.may("billing.make_estimate")})


@look("billing.see_accounts")
def estimate(request, estimate_id):
    """One estimate; beside the ledger once its stay is named. As a page, on paper or as PDF in the reader's language."""
    row = queries.one(request.actor, pk=estimate_id)
    context = {"estimate": row, "patient": row.patient, "lines": queries.lines(row), "crumbs": _crumbs(row.patient)}
    if request.GET.get("format"):
        return printed(request, "billing/estimate/paper.html", context, name=f"estimate-{row.number}")
    rows = compared(context["lines"], queries.charged(row.encounter)) if row.encounter else []
    return render(request, "billing/estimate/page.html", context | {
        "rows": rows, "kinds": by_kind(rows), "charged": sum((kind.charged for kind in rows), Decimal(0)),
        "difference": sum((kind.difference for kind in rows), Decimal(0)), "may_make": request.actor.may("billing.make_estimate"),
        "form": None if row.encounter else AssignForm(patient=row.patient)})


@look("billing.assign_estimate")
def assign(request, estimate_id):
    """Name the stay of an estimate."""
    row = queries.one(request.actor, pk=estimate_id)
    assign_estimate(row, by=request.actor, request_key=request_key(request),
                    **cleaned(AssignForm(request.POST, patient=row.patient)))
    return redirect("billing:estimate", row.pk)


@look("billing.see_accounts")
def cases(request, estimate_id):
    """The finished stays that stood beside an estimate, with what each had cost when it was made."""
    row = queries.one(request.actor, pk=estimate_id)
    amounts = dict(zip(row.cases, row.case_amounts, strict=True))
    rows = sorted(((amounts[account.pk], account) for account in queries.accounts(row.cases)),
                  key=lambda pair: (-pair[0], pair[1].number))
    return render(request, "billing/estimate/cases.html", {
        "estimate": row, "patient": row.patient, "page": page_of(request, rows, size=queries.NEWEST),
        "crumbs": [*_crumbs(row.patient), {"label": row.number, "url": reverse("billing:estimate", args=[row.pk])}]})


@look("billing.see_accounts")
def charged(request, estimate_id):
    """The ledger lines behind one thing of the comparison."""
    row = queries.one(request.actor, pk=estimate_id)
    lines = queries.charged_lines(row, kind=request.GET.get("kind", ""), code=request.GET.get("code", ""))
    return render(request, "billing/estimate/charged.html", {
        "estimate": row, "patient": row.patient, "page": page_of(request, lines),
        "crumbs": [*_crumbs(row.patient), {"label": row.number, "url": reverse("billing:estimate", args=[row.pk])}]})
