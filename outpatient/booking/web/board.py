"""The board in the hall: numbers and rooms only, how late each doctor runs; it renews itself and names nobody (R65, R98)."""
import datetime as dt
import hashlib

from django import forms
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string

from emr import clock
from outpatient.booking.queries import queue as queries
from outpatient.booking.rules.office import doors

NEXT = 4  # numbers shown after the one called
SOON = dt.timedelta(hours=1)  # before the reception begins its room is on the board


def board(request):
    """Open to everybody: a screen in the hall, or a telephone on the way. `?department=`: of one department;

    `?tv=1`: large, for a screen.
    """
    rows = queries.receptions_today().filter(ends_at__gt=clock.now(), starts_at__lt=clock.now() + SOON).order_by(
        "room", "starts_at")
    try:
        department = forms.UUIDField(required=False).clean(request.GET.get("department", ""))
    except forms.ValidationError:
        department = None
    if department:
        rows = rows.filter(department=department)
    context = {"doors": doors(rows, past=False), "next": NEXT, "tv": bool(request.GET.get("tv")), "now": clock.now()}
    if not request.htmx:
        return render(request, "booking/board/page.html", context)
    body = render_to_string("booking/board/_board.html", context, request)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified()
    return HttpResponse(body, headers={"ETag": tag, "Cache-Control": "no-cache"})
