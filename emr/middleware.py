"""What happens around every request: the actor is named, and a refusal becomes a polite answer of the right status."""
import uuid

from django.db import DatabaseError, InterfaceError, OperationalError
from django.shortcuts import render
from django.utils import translation

from emr.errors import NotRecorded, Refusal
from emr.log import set_request_id


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
        if not isinstance(error, Refusal) or isinstance(error, DatabaseError):
            return None
        template = "emr/refusal/_alert.html" if request.htmx else "emr/refusal/page.html"
        response = render(request, template, {"refusal": error, "code": error.code, "message": str(error)},
                          status=error.status)
        if request.htmx:
            response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"
        return response
