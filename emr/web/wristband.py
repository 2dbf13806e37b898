"""Wristbands: of one patient, and pre-printed ones for many casualties (A4, A5). Bars and squares are plain SVG shapes."""
import secrets

import segno
from django.shortcuts import render
from django.utils.safestring import mark_safe

from emr.access import chart_for, log_reading
from emr.pages import look
from emr.queries import patient as queries

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no letters that look like digits
MOST = 60


def code128(text: str):
    """Code 128 as an SVG: one rectangle per bar, no inline styles (the page's security policy forbids them)."""
    import barcode  # with its drawing library five megabytes, for the worker that prints one

    modules = barcode.get("code128", text).build()[0]
    bars, place = [], 0
    while place < len(modules):
        end = place
        while end < len(modules) and modules[end] == modules[place]:
            end += 1
        if modules[place] == "1":
            bars.append(f'<rect x="{place + 10}" width="{end - place}" height="40"/>')
        place = end
    return mark_safe(f'<svg class="bars" viewBox="0 0 {len(modules) + 20} 40" preserveAspectRatio="none" '
                     f'aria-hidden="true">{"".join(bars)}</svg>')


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
        "patient": row, "bars": code128(row.number), "qr": qr(row.number)}]})


@look("emr.register_unknown_patient")
def many(request):
    """A sheet of pre-printed wristbands without names; scanning one registers its wearer."""
    asked = request.GET.get("count", "12")
    count = min(int(asked), MOST) if asked.isdigit() else 12
    codes = ["MC-" + "".join(secrets.choice(ALPHABET) for _ in range(7)) for _ in range(count)]
    return render(request, "emr/patient/wristband.html", {
        "bands": [{"code": code, "bars": code128(code), "qr": qr(code)} for code in codes]})
