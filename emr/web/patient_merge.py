"""Joining two records of one person: choose, preview, confirm; and the way back."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.access import log_reading
from emr.actions import patient_merge as acts
from emr.pages import cleaned, look, page_of, request_key
from emr.queries import patient as patients
from emr.queries import patient_merge as queries


class MergeForm(forms.Form):
    retired = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why are both one person?"), max_length=300)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


@look("emr.merge_patients")
def choose(request, patient_id):
    """Choose the other record of the same person; likely ones stand first."""
    row, text = patients.standing(patient_id), request.GET.get("q", "")
    log_reading(request.actor, row, "page:merge", "registry")
    if text:
        found = [other for other in patients.search(request.actor, text, limit=20) if other.pk != row.pk]
    else:
        like = patients.likely_duplicates(family=row.family, given=row.given, patronymic=row.patronymic, sex=row.sex,
                                          birth_date=row.birth_date, birth_precision=row.birth_precision, besides=row, limit=10)
        found = [other for other, _likeness in like]
    template = "emr/patient_merge/_choices.html" if request.htmx else "emr/patient_merge/choose.html"
    return render(request, template, {"patient": row, "found": found, "search_words": text})


@look("emr.merge_patients")
def preview(request, patient_id, other_id):
    """Both records side by side, what would move, what speaks against it; the button joins them."""
    seen = queries.preview(patient_id, other_id)
    log_reading(request.actor, seen.survivor, "page:merge", "registry")
    log_reading(request.actor, seen.retired, "page:merge", "registry")
    form = MergeForm(initial={"retired": other_id})
    return render(request, "emr/patient_merge/preview.html", {"seen": seen, "form": form, "rows": _side_by_side(seen)})


def _side_by_side(seen):
    """(label, survivor's value, other's value, differ?)"""
    fields = [(_("Record number"), "number"), (_("Name"), "full_name"), (_("Birth date"), "birth_date"),
              (_("Sex"), "get_sex_display"), (_("Blood group"), "blood_group"), (_("Died at"), "died_at")]
    rows = []
    for label, name in fields:
        values = [getattr(record, name) for record in (seen.survivor, seen.retired)]
        values = [value() if callable(value) else value for value in values]
        rows.append((label, *values, values[0] != values[1] and name != "number"))
    return rows


@look("emr.merge_patients")
@require_POST
def merge(request, patient_id):
    """Join the records."""
    done = acts.merge_patients(patient_id, **cleaned(MergeForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:merge_done", done.pk)


@look("emr.merge_patients")
def done(request, merge_id):
    """What a merge moved, and the form to take it back."""
    return render(request, "emr/patient_merge/done.html", {
        "merge": queries.merge(request.actor, merge_id), "form": ReasonForm(),
        "may_undo": request.actor.may("emr.unmerge_patients")})


@look("emr.unmerge_patients")
@require_POST
def unmerge(request, merge_id):
    """Take a merge back."""
    undone = acts.unmerge_patients(merge_id, **cleaned(ReasonForm(request.POST)), by=request.actor,
                                   request_key=request_key(request))
    return redirect("emr:patient_data", undone.retired_id)


@look("emr.merge_patients")
def merges(request):
    """All merges, the latest first, each to be looked at and taken back."""
    return render(request, "emr/patient_merge/list.html", {"page": page_of(request, queries.merges())})
