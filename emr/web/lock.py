"""The lock of a terminal: PIN, badge or password of its user opens it again; somebody else signs in fully."""
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from emr import idle
from emr.actions.staff_pin import PinBlocked, WrongPin, check
from emr.errors import Refusal
from emr.models import Staff


def _by_script(request):
    return request.headers.get("Accept", "").startswith("application/json")


def _next(request):
    target = request.POST.get("next") or request.GET.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()) else "/"


def lock(request):
    """Lock this terminal (POST), or show its lock."""
    if not request.user.is_authenticated:
        return redirect("emr:login")
    if request.method == "POST":
        request.session["locked"] = True
        if _by_script(request):
            return HttpResponse(status=204)
        return redirect("emr:lock")
    if not idle.is_locked(request):
        return redirect(_next(request))
    return render(request, "emr/login/lock.html", {"next": _next(request), "is_lock": True})


@require_POST
def unlock(request):
    """Open the terminal again for the one who is signed in. After too many wrong tries only a full sign-in helps."""
    if not request.user.is_authenticated:
        return _answer(request, _("You are signed out. Sign in again."), gone=True)
    try:
        _prove(request, request.POST.get("pin", "")[:200])
    except PinBlocked as refusal:
        logout(request)
        return _answer(request, str(refusal), gone=True)
    except Refusal as refusal:
        return _answer(request, str(refusal))
    request.session.pop("locked", None)
    request.session.cycle_key()
    return idle.seen(request, HttpResponse(status=204) if _by_script(request) else redirect(_next(request)))


def _prove(request, secret):
    actor = request.user.actor
    if isinstance(actor, Staff):
        check(actor, secret)
    elif authenticate(request, username=request.user.username, password=secret) is None:
        raise WrongPin(name=request.user.actor.full_name, left="–")


def _answer(request, message, *, gone=False):
    if _by_script(request):
        return JsonResponse({"message": message, "gone": gone}, status=403)
    if gone:
        return redirect("emr:login")
    return render(request, "emr/login/lock.html", {"next": _next(request), "message": message, "is_lock": True}, status=403)


@require_GET
def awake(request):
    """Somebody types or reads on a page that asks nothing of us: a page says so once a minute at most."""
    if not request.user.is_authenticated:
        return redirect("emr:login")
    return HttpResponse(status=idle.TerminalLocked.status) if idle.is_locked(request) else idle.seen(
        request, HttpResponse(status=204))
