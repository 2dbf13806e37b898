"""What happens around every request: the actor is named, and a refusal becomes a polite answer of the right status."""
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import translation

from emr.errors import Malformed, NotRecorded, Refusal
from emr.log import set_request_id


class ReadableMiddleware:
    """Refuses a request with a NUL character in it: no text of ours may hold one, and the database breaks on it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not any("\x00" in text for text in _texts(request)):
            return self.get_response(request)
        error = Malformed(problem="a NUL character stands in it")
        if speaks_json(request):
            return JsonResponse({"code": error.code, "message": str(error), "data": {}}, status=error.status)
        return _refused(request, error)


def speaks_json(request) -> bool:
    """Is it a program that asks?"""
    return request.path.startswith(("/api/", "/fhir/"))


def _texts(request):
    yield request.path
    yield from request.COOKIES.values()
    for form in (request.GET,) if speaks_json(request) else (request.GET, request.POST):  # JSON bodies: emr.api.render
        for name, values in form.lists():
            yield from (name, *values)


def _refused(request, error):
    htmx = getattr(request, "htmx", False)
    template = "emr/refusal/_alert.html" if htmx else "emr/refusal/page.html"
    response = render(request, template, {"refusal": error, "code": error.code, "message": str(error)}, status=error.status)
    if htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"
    return response


class ActorMiddleware:
    """Gives `request.actor` (Staff, Patient or None), a request id, and the language of the login when none is chosen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        set_request_id(request.headers.get("X-Request-Id") or uuid.uuid4().hex[:16])
        user = request.user
        request.actor = user.actor if user.is_authenticated else None
        if user.is_authenticated and user.language and "emr_language" not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        response = self.get_response(request)
        if user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class RefusalMiddleware:
    """Pages: a refusal raised anywhere becomes its sentence (a fragment for htmx), never an error page.

    The API has the same handler in emr.api.refusals; both speak `Refusal`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, OperationalError | InterfaceError) and request.method == "POST":
            error = NotRecorded()
        if isinstance(error, DataError):  # a number beyond its column's range, typed into an address
            error = Malformed(problem=str(error).splitlines()[0])
        if isinstance(error, ValidationError):  # a hidden field that should hold an id of ours holds something else
            error = Malformed(problem=" ".join(error.messages))
        if not isinstance(error, Refusal) or isinstance(error, DatabaseError):
            return None
        return _refused(request, error)
