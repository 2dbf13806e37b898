"""Wristbands: of one patient, and pre-printed ones for many casualties (A4, A5). Bars and squares are plain SVG shapes."""
import secrets

import segno
from django import forms
from django.shortcuts import render
from django.utils.safestring import mark_safe

from emr.access import chart_for, log_reading
from emr.pages import cleaned, look
from emr.printing import bars
from emr.queries import patient as queries

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no letters that look like digits
USUAL, MOST = 12, 60


class SheetForm(forms.Form):
    count = forms.IntegerField(min_value=1, max_value=MOST, required=False)


def qr(text: str):
    """The text as a QR code, an SVG of one path."""
    code = segno.make(text, micro=False, error="m")
    return mark_safe(code.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None))


@look("emr.search_patients")
def one(request, patient_id):
    """A patient's wristband: name, birth date, number in letters, bars and squares. Unknown people have one at once."""
    row = queries.standing(patient_id)
    if row.is_unknown or not request.actor.may("emr.see_chart"):
        log_reading(request.actor, row, "wristband", "search")
    else:
        chart_for(request.actor, row, "wristband")
    return render(request, "emr/patient/wristband.html", {"bands": [{
        "patient": row, "bars": bars(row.number), "qr": qr(row.number)}]})


@look("emr.register_unknown_patient")
def many(request):
    """A sheet of pre-printed wristbands without names; scanning one registers its wearer."""
    count = cleaned(SheetForm(request.GET))["count"] or USUAL
    codes = ["MC-" + "".join(secrets.choice(ALPHABET) for _ in range(7)) for _ in range(count)]
    return render(request, "emr/patient/wristband.html", {
        "bands": [{"code": code, "bars": bars(code), "qr": qr(code)} for code in codes]})
