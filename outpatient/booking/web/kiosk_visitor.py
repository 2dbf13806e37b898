"""Who stands at the kiosk: kept in the session of the device for as long as somebody touches the screen, and no longer (R52).

Time here is that of the machine, as in emr.idle: it is about the person before the screen.
"""
import time

from django.conf import settings
from django.urls import reverse

from emr.models import Patient
from outpatient.booking.errors import KioskSessionOver

KEY = "kiosk_visitor"


def known(request) -> Patient | None:
    """The identified visitor; None when nobody is, or when nobody touched the screen for too long."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    if time.time() - kept["seen"] > settings.KIOSK_IDLE:
        wipe(request)
        return None
    patient = Patient.objects.filter(pk=kept["patient"], merged_into__isnull=True).first()
    if patient is None:
        wipe(request)
        return None
    request.session[KEY] = {**kept, "seen": time.time()}
    return patient


def wanted(request) -> Patient:
    """The identified visitor. Raises KioskSessionOver."""
    patient = known(request)
    if patient is None:
        raise KioskSessionOver()
    return patient


def remember(request, patient):
    """From now on this visitor is known."""
    request.session[KEY] = {"patient": str(patient.pk), "seen": time.time()}


def wipe(request):
    """Forget who stood there."""
    request.session.pop(KEY, None)


def frame(request, patient=None, seconds=None) -> dict:
    """What every page of the kiosk says to its browser: after how many seconds it goes back to the beginning."""
    return {"idle_seconds": seconds or settings.KIOSK_IDLE, "visitor": patient, "start_url": reverse("booking:kiosk"),
            "exit_url": reverse("booking:kiosk_exit"), "awake_url": reverse("booking:kiosk_awake")}
