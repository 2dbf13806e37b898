"""Papers: the editor with its autosave, signing, amending, printing, and the public check of a code."""
from functools import cache

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr import printing
from emr.access import ChartNotVisible, chart_for
from emr.actions import document as acts
from emr.actions.co_signature import co_sign_document
from emr.actions.phrase import fill_phrases
from emr.chart_tabs import source_address
from emr.errors import NotFound
from emr.models import Document, Patient
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import chart as queries
from emr.queries import co_signature as co_signatures
from emr.queries import document as documents
from emr.queries import phrase as phrases
from emr.rules.note import SHAPES, form_sections, new_sections
from emr.web.chart import head


class NewDocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[choice for choice in Document.Kind.choices if choice[0] in SHAPES])
    title = forms.CharField(label=_("Title"), max_length=200, required=False, help_text=_("Empty: the kind is the title."))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


def _open(request, document_id, purpose):
    """The document in a chart that the reader may open; drafts are not for patients."""
    document = documents.find(document_id)
    if document is None:
        raise ChartNotVisible()
    chart = chart_for(request.actor, document.patient, purpose)
    if not chart.shows("notes") or (isinstance(chart.actor, Patient) and document.status != Document.Status.SIGNED):
        raise NotFound()
    return chart, document


@look("emr.write_document")
def new(request, patient_id):
    """Begin a document: its kind, then the editor opens."""
    chart = chart_for(request.actor, patient_id, "document:new")
    form = NewDocumentForm(request.POST or None, initial={"kind": request.GET.get("kind", "progress-note")})
    if request.method == "POST" and form.is_valid():
        place = queries.place_of(chart.patient)
        kind = form.cleaned_data["kind"]
        document = acts.write_document(
            chart.patient, by=request.actor, request_key=request_key(request), kind=kind,
            title=form.cleaned_data["title"] or str(Document.Kind(kind).label), sections=new_sections(kind),
            encounter=place.encounter if place else None)
        return redirect("emr:document_edit", document.pk)
    return render(request, "emr/document/new.html", head(chart, "documents") | {"form": form})


@look("emr.edit_document")
def edit(request, document_id):
    """The editor of a draft. htmx saves as one writes; without a script the button does."""
    chart, document = _open(request, document_id, "document:edit")
    if request.method == "POST":
        filled = "fill" in request.POST
        document = (fill_phrases if filled else acts.edit_document)(
            document, by=request.actor, title=request.POST.get("title"), edited=cleaned_counter(request),
            sections=form_sections(document.sections, request.POST))
        if request.htmx:
            return render(request, "emr/document/_saved.html", {"document": document, "filled": filled})
        return redirect("emr:document_edit" if filled else "emr:document", document.pk)
    if document.status != Document.Status.DRAFT:
        return redirect("emr:document", document.pk)
    return render(request, "emr/document/edit.html", head(chart, "documents") | {
        "document": document, "phrases": sorted(phrases.by_code(request.actor).values(), key=lambda row: row.code)})


def cleaned_counter(request):
    """The edit counter that the form carries. Raises Malformed."""
    class CounterForm(forms.Form):
        edited = forms.IntegerField(min_value=0)

    return cleaned(CounterForm(request.POST))["edited"]


@look("emr.see_document")
def page(request, document_id):
    """One document with its versions, and what may be done with it."""
    chart, document = _open(request, document_id, "document")
    mine = document.author_id == chart.actor.pk
    return render(request, "emr/document/page.html", head(chart, "documents") | {
        "document": document, "sections": [_linked(chart, section) for section in document.sections],
        "versions": documents.versions(document), "mine": mine,
        "may_co_sign": document.waits_for_co_signature and not mine and chart.actor.may("emr.co_sign_document"),
        "may_amend": chart.actor.may("emr.amend_document") and (mine or chart.actor.role_names & acts.DOCTORS)})


def _linked(chart, section):
    """A section whose lines, and words filled by phrases, lead to the rows they come from."""
    address = cache(lambda source: source_address(chart, source))
    rows = [{"text": row["text"], "url": address(row["source"])} for row in section["rows"]]
    pieces, rest = [], section["text"]
    for cite in section.get("cites", ()):
        before, found, after = rest.partition(cite["text"])
        if found:
            pieces, rest = [*pieces, {"text": before}, {"text": found, "url": address(cite["source"])}], after
    return {"title": section["title"], "rows": rows, "pieces": [*pieces, {"text": rest}]}


@look("emr.see_own_chart")
def mine(request, document_id):
    """A signed document of the patient's own chart, as paper."""
    _chart, document = _open(request, document_id, "document")
    return HttpResponse(printing.document_html(document, get_language()[:2]))


@look("emr.sign_document")
def sign(request, document_id):
    """Sign the draft that was read."""
    if request.method == "POST":
        acts.sign_document(document_id, by=request.actor, edited=cleaned_counter(request), request_key=request_key(request))
    return redirect("emr:document", document_id)


@require_POST
@look("emr.co_sign_document")
def co_sign(request, document_id):
    """Sign below a learner's document that was read."""
    co_sign_document(document_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:document", document_id)


@look("emr.see_co_signing")
def co_signing(request):
    """Learners' papers of one's departments that wait for a physician's signature."""
    return render(request, "emr/document/co_signing.html", {"page": page_of(request, co_signatures.waiting_for(request.actor))})


@look("emr.amend_document")
def amend(request, document_id):
    """Write and sign the next version of a signed document."""
    chart, document = _open(request, document_id, "document:amend")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = acts.amend_document(document, by=request.actor, reason=form.cleaned_data["reason"],
                                  sections=form_sections(document.sections, request.POST), request_key=request_key(request))
        return redirect("emr:document", new.pk)
    return render(request, "emr/document/amend.html", head(chart, "documents") | {"document": document, "form": form})


@look("emr.abandon_document")
def abandon(request, document_id):
    """Give up a draft, with the reason."""
    if request.method == "POST":
        acts.abandon_document(document_id, by=request.actor, reason=request.POST.get("reason", ""),
                              request_key=request_key(request))
    return redirect("emr:document", document_id)


@look("emr.see_document")
def paper(request, document_id):
    """The paper form for the browser's own printing."""
    _chart, document = _open(request, document_id, "document:print")
    return HttpResponse(printing.document_html(document, get_language()[:2]))


@look("emr.see_document")
def pdf(request, document_id):
    """The PDF of a signed document, the same bytes every time."""
    _chart, document = _open(request, document_id, "document:pdf")
    made = acts.rendering(document, get_language()[:2])
    answer = HttpResponse(bytes(made.body), content_type=made.content_type)
    answer["Content-Disposition"] = f'inline; filename="{document.number.replace("/", "-")}.pdf"'
    answer["ETag"] = f'"{made.sha256}"'
    return answer


def check(request, code):
    """Public: is there a document with this code, when was it signed, is there a newer version. No health content."""
    document = documents.by_check_code(code)
    return render(request, "emr/document/check.html", {"document": document, "code": code[:32]},
                  status=200 if document else 404)
