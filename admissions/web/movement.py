"""The daily patient movement sheet: page, paper, and the stays behind each number (H2, H10)."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from admissions.rules import movement as rules
from emr import clock
from emr.access import log_reading
from emr.inputs import DayInput
from emr.pages import cleaned, look

WORDS = {"at_start": _("At the beginning"), "admitted": _("Admitted"), "moved_in": _("Moved in"), "moved_out": _("Moved out"),
         "discharged": _("Discharged"), "elsewhere": _("Transferred elsewhere"), "died": _("Died"), "at_end": _("At the end")}


class DayForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)


@look("admissions.see_movement")
def sheet(request):
    """All departments of one day; `?print=1` on paper; `?department=&what=` the stays behind a number."""
    day = cleaned(DayForm(request.GET))["day"] or clock.today()
    rows = rules.sheets(day)
    table = [(row, [(kind, row.counts[kind]) for kind in rules.KINDS]) for row in rows]
    context = {"day": day, "form": DayForm(initial={"day": day}), "table": table, "total": rules.total(rows),
               "words": WORDS.items(),
               "sums": [rules.total(rows)[kind] for kind in rules.KINDS], "wrong": [row for row in rows if not row.agrees]}
    if request.GET.get("print"):
        return render(request, "admissions/movement/paper.html", context)
    opened = [row for row in rows if str(row.department.pk) == request.GET.get("department", "")]
    what = request.GET.get("what", "")
    if opened and what in rules.KINDS:
        log_reading(request.actor, None, "movement sheet", "role")
        context |= {"opened": opened[0], "what": WORDS[what], "stays": opened[0].stays[what][:500],
                    "shows_names": request.actor.may("admissions.see_beds")}
    return render(request, "admissions/movement/page.html", context)
