"""The order sets of the institution: all of them with their versions, and publishing the next version of one."""

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr.errors import NotFound, Refusal
from emr.models import Department
from emr.pages import cleaned, look, page_of, request_key
from orders.actions.order_set import publish_order_set
from orders.errors import OrderSetLineWrong
from orders.models import ServiceRequest
from orders.queries import order_set as queries
from orders.rules import line as lines
from orders.rules import line_product
from orders.web.order import gone


class SetForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    conditions = forms.CharField(label=gettext_lazy("For the diagnoses"), required=False, max_length=300,
                                 help_text=gettext_lazy("Beginnings of ICD-10 codes, such as J18 J15. Empty: for any."))
    department = forms.ModelChoiceField(Department.objects.filter(institution__is_ours=True), label=gettext_lazy("Department"),
                                        required=False)
    told_by = forms.CharField(label=gettext_lazy("Guideline or author"), max_length=300)
    more = forms.CharField(label=gettext_lazy("Orders"), required=False, max_length=6000,
                           widget=forms.Textarea(attrs={"rows": 6}),
                           help_text=gettext_lazy("One a line: “ceftriaxone 1 g iv daily 7d”, “laboratory: CRP”."))
    withdraw = forms.BooleanField(label=gettext_lazy("End this set: it is not offered any more"), required=False)


def read_lines(text) -> list[dict]:
    """The orders of the text, one a line, as publish_order_set takes them. Raises OrderSetLineWrong naming the line."""
    found = []
    for position, words in enumerate((line.strip() for line in text.splitlines() if line.strip()), start=1):
        category, colon, rest = words.partition(":")
        if colon and category.strip().lower() in ServiceRequest.Category.values:
            found.append({"category": category.strip().lower(), "text": rest.strip()})
            continue
        try:
            line = lines.read(words)
            found.append({"medication": line_product.product(line, None).pk, **line.order()})
        except Refusal as problem:
            raise OrderSetLineWrong(position=position, problem=str(problem)) from problem
    return found


@look("orders.see_order_sets")
def shelf(request):
    """The newest version of each set."""
    return render(request, "orders/order_set/shelf.html", {
        "page": page_of(request, queries.newest()), "may_publish": request.actor.may("orders.publish_order_set")})


@look("orders.see_order_sets")
def one(request, set_id):
    """A version with its orders, its other versions, and what was left out when it was used."""
    row = queries.with_lines(set_id)
    if row is None:
        raise NotFound()
    return render(request, "orders/order_set/one.html", {
        "set": row, "versions": queries.versions(row.code), "deviations": queries.deviations(row)[:50], "uses": row.uses.count(),
        "may_publish": request.actor.may("orders.publish_order_set") and queries.is_newest(row),
        "crumbs": [{"label": _("Order sets"), "url": reverse("orders:set_shelf")}]})


@look("orders.publish_order_set")
def publish(request, set_id=None):
    """Publish a new set, or the next version of one: orders that stay are ticked, new ones are written."""
    last = queries.with_lines(set_id) if set_id else None
    if set_id and last is None:
        raise NotFound()
    if request.method == "POST":
        data = cleaned(SetForm(request.POST))
        kept = [{"medication": line.medication_id, **line.order} if line.medication_id else dict(line.order)
                for line in (last.lines.all() if last else []) if str(line.position) in request.POST.getlist("keep")]
        made = publish_order_set(
            by=request.actor, request_key=request_key(request), lines=[*kept, *read_lines(data.pop("more"))],
            conditions=data.pop("conditions").replace(",", " ").split(), **data | ({"code": last.code} if last else {}))
        return gone(request, reverse("orders:set", args=[made.pk]))
    initial = {"code": last.code, "name": last.name, "conditions": " ".join(last.conditions), "department": last.department_id,
               "told_by": last.told_by} if last else {}
    return render(request, "orders/order_set/publish.html", {
        "form": SetForm(initial=initial), "set": last,
        "crumbs": [{"label": _("Order sets"), "url": reverse("orders:set_shelf")}]})
