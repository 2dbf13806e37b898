"""Who visits the site: nobody known, or the patient he said he is. The browser holds an opaque session key only (R52, R65).

Every page of the site is declared with `@public`: it knows the visitor, is never kept by the browser, and answers refusals and
an unreachable database in the visitor's words (R4).
"""
from functools import wraps
from secrets import token_hex

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from emr import clock
from emr.errors import Refusal
from emr.models import Patient
from emr.queries import institution
from outpatient.booking.queries import clinic as clinics

PATIENT, SEEN, HOLDER = "visitor", "visitor_seen", "visitor_holder"
COUPON, GONE, NEXT = "visitor_coupon", "visitor_gone", "visitor_next"
IDLE = 15 * 60  # seconds after which the site forgets who is there
NOTED = 30  # seconds between two notes of activity, so that not each page writes
_phone = []  # the last known telephone of the registry, for the page that is shown when nothing can be read


def current(request) -> Patient | None:
    """The patient for whom things are done: who was identified here, else the patient who has signed in."""
    session, now = request.session, clock.now().timestamp()
    pk = session.get(PATIENT)
    if pk is None:
        return request.actor if isinstance(request.actor, Patient) else None
    if now - session.get(SEEN, 0) > IDLE:
        forget(request)
        session[GONE] = True
        return None
    if now - session[SEEN] > NOTED:
        session[SEEN] = now
    return Patient.objects.filter(pk=pk, merged_into__isnull=True, died_at__isnull=True).first()


def remember(request, patient):
    """From now on the visitor is this patient, until he leaves or nobody touches anything for a quarter of an hour."""
    request.session.cycle_key()
    request.session[PATIENT], request.session[SEEN] = str(patient.pk), clock.now().timestamp()
    request.session.pop(GONE, None)


def forget(request):
    """Nothing of the visitor stays in the session."""
    for name in (PATIENT, SEEN, HOLDER, COUPON, GONE, NEXT):
        request.session.pop(name, None)


def holder(request) -> str:
    """The random key under which coupons are kept for this visitor."""
    if HOLDER not in request.session:
        request.session[HOLDER] = token_hex(16)
    return request.session[HOLDER]


def wanted(request, coupon=None):
    """The coupon that the visitor chose before he said who he is; with `coupon`, note it."""
    if coupon is not None:
        request.session[COUPON] = str(coupon)
    return request.session.get(COUPON)


def public(view):
    """A page for everybody."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        try:
            request.visitor, request.visitor_gone = current(request), request.session.pop(GONE, False)
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = page(request, "refused.html", {"refusal": refusal}, status=refusal.status)
        except (OperationalError, InterfaceError):
            response = unavailable()
        response["Cache-Control"] = "no-store"
        return response

    return shown


def personal(view):
    """A page for a visitor who said who he is; others are asked first and come back."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        if request.visitor is None:
            return ask(request)
        return view(request, *args, **kwargs)

    return public(shown)


def ask(request):
    """Who is there? The page on which one says it."""
    return redirect("polyclinic:identify")


def page(request, template, context, status=200):
    """A page of the site, with our buildings and the telephone of the registry."""
    buildings = clinics.own_buildings()
    phone = next((row.phone for row in buildings if row.phone), "") or getattr(institution.current(), "phone", "")
    _phone[:] = [phone]
    return render(request, f"booking/public/{template}", {
        "visitor": request.visitor, "visitor_gone": request.visitor_gone, "buildings": buildings, "phone": phone} | context,
                  status=status)


def unavailable():
    """Nothing can be read or written now: never an empty calendar (R4). Asks nothing of the database."""
    text = render_to_string("booking/public/unavailable.html", {"language": get_language() or "en", "phone": "".join(_phone)})
    return HttpResponse(text, status=503, headers={"Retry-After": "120"})
