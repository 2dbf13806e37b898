"""A terminal that nobody touches locks itself: nothing is shown or done until its user proves who he is.

How long that takes follows from the kind of terminal, chosen at sign-in. When somebody was active last stands in a signed
cookie bound to the session, so that no request writes for it; an older cookie only locks sooner, and a missing one counts from
the sign-in. Requests that a page makes by itself (polling) carry the header `EMR-Background` and never count as activity. Time
here is that of the machine, not the hospital's clock, which a replay may set: it is about the chair before the screen.
"""
import time

from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal
from emr.middleware import speaks_json

COOKIE, HEADER = "emr_seen", "EMR-Background"
KIND_COOKIE = "emr_terminal"
WARD, OFFICE, BOARD, KIOSK = "ward", "office", "board", "kiosk"
KIOSK_DAYS = 400 * 24 * 3600  # a device in the hall stays signed in; it can do nothing but what visitors do there
KINDS = {WARD: _("Shared on the ward"), OFFICE: _("In an office"), BOARD: _("Screen on the wall, only to look")}
LONGEST = settings.SESSION_COOKIE_AGE
OPEN = ("emr:lock", "emr:unlock", "emr:awake", "emr:login", "emr:logout", "emr:language", "emr:healthz", "emr:readyz")


class TerminalLocked(Refusal):
    code, status = "emr.locked", 423
    message = _("This terminal is locked. Nothing was recorded. Unlock it, then send it again.")


class OnlyToLook(Refusal):
    code, status = "emr.only_to_look", 403
    message = _("This is a screen on the wall: it only shows. Sign in at a terminal of the ward to do this.")


def begin(request, kind):
    """A full sign-in: from now on the terminal counts. Returns the kind that holds."""
    if getattr(request.user.actor, "role_names", None) == {"kiosk"}:
        request.session.set_expiry(KIOSK_DAYS)
        request.session["terminal"], request.session["since"] = KIOSK, int(time.time())
        return KIOSK
    kind = kind if kind in KINDS else request.COOKIES.get(KIND_COOKIE, OFFICE)
    request.session["terminal"] = kind if kind in KINDS else OFFICE
    request.session["since"] = int(time.time())
    return request.session["terminal"]


def limit(session) -> int:
    """Seconds without activity after which this terminal locks; 0: it never does."""
    kind = session.get("terminal", OFFICE)
    return 0 if kind in (BOARD, KIOSK) else settings.LOCK_AFTER[kind if kind in settings.LOCK_AFTER else OFFICE]


def _signer(session):
    return signing.TimestampSigner(salt=f"emr.seen:{session.session_key}")


def is_locked(request) -> bool:
    """Was the terminal locked by hand, or has nobody touched it for too long?"""
    session, longest = request.session, limit(request.session)
    if session.get("locked"):
        return True
    if not longest:
        return False
    try:
        _signer(session).unsign(request.COOKIES[COOKIE], max_age=longest)
        return False
    except signing.SignatureExpired:
        return True
    except (KeyError, signing.BadSignature):
        return time.time() - session.get("since", time.time()) > longest


def seen(request, response):
    """Somebody is there: keep the moment with the browser."""
    response.set_cookie(COOKIE, _signer(request.session).sign("1"), httponly=True, samesite="Lax",
                        secure=settings.SESSION_COOKIE_SECURE)
    return response


class IdleMiddleware:
    """Lets nobody past a locked terminal; ends a session at its longest, whatever happened in it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated or "Authorization" in request.headers:
            return self.get_response(request)
        if request.session.get("terminal") != KIOSK and time.time() - request.session.get("since", time.time()) > LONGEST:
            logout(request)
            request.actor = None
            return self.get_response(request)
        is_open = request.path in {reverse(name) for name in OPEN}
        if is_locked(request) and not is_open:
            return _refused(request)
        if request.session.get("terminal") == BOARD and request.method not in ("GET", "HEAD", "OPTIONS") and not is_open:
            return _said(request, OnlyToLook())
        response = self.get_response(request)
        if HEADER not in request.headers and not is_open and request.user.is_authenticated:
            seen(request, response)
        return response


def _refused(request):
    """Not a word of the page: for programs and fragments a status, for pages the lock."""
    if speaks_json(request) or request.htmx or HEADER in request.headers:
        return _said(request, TerminalLocked())
    if request.method == "GET":
        return redirect(f"{reverse('emr:lock')}?{urlencode({'next': request.get_full_path()})}")
    return render(request, "emr/login/lock.html", {"next": "", "lost": TerminalLocked(), "is_lock": True},
                  status=TerminalLocked.status)


def _said(request, refusal):
    if speaks_json(request):
        response = JsonResponse({"code": refusal.code, "message": str(refusal), "data": {}}, status=refusal.status)
    elif request.htmx or HEADER in request.headers:
        response = HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, "emr/refusal/page.html", {"refusal": refusal}, status=refusal.status)
    response["Cache-Control"] = "no-store"
    return response
