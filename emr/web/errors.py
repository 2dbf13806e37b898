"""Pages for what Django itself refuses. A refusal of ours is answered by emr.middleware with emr/refusal/….

`emr.urls` names them as handler400, handler403, handler404 and handler500; settings name `csrf` as CSRF_FAILURE_VIEW.
"""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from emr.middleware import speaks_json


def malformed(request, exception=None):
    """400: the request itself is broken."""
    return _page(
        request, 400, "emr.malformed", _("This request could not be read"), _("Go back, reload the page and try again.")
    )


def forbidden(request, exception=None):
    """403: not for this role."""
    return _page(
        request,
        403,
        "emr.not_permitted",
        _("This page is not open to your role"),
        _("Ask a colleague whose role may, or the administrator."),
    )


def not_found(request, exception=None):
    """404: no such address, or nothing under it that this person may see."""
    return _page(
        request,
        404,
        "emr.not_found",
        _("Nothing was found under this address"),
        _("Check the address, or search for the patient again."),
    )


def csrf(request, reason=""):
    """403 of an old form: the page was open too long, or in another login."""
    return _page(
        request,
        403,
        "emr.form_too_old",
        _("The page was open too long"),
        _("Your entry is NOT recorded. Go back, reload the page and enter it again."),
        tone="bad",
    )


def broken(request):
    """500: asks nothing of the database or of the session, because either may be what is broken."""
    if speaks_json(request):
        return JsonResponse({"code": "emr.broken", "message": _("Something broke on our side"), "data": {}}, status=500)
    text = render_to_string(
        "emr/errors/broken.html",
        {
            "language": get_language() or "en",
            "code": "emr.broken",
            "heading": _("Something broke on our side"),
            "home": _("To the first page"),
            "sentence": _(
                "Your last entry may NOT be recorded. Check the record, write it on paper if it is missing, "
                "and tell the administrator."
            ),
        },
    )
    return HttpResponse(text, status=500)


def _page(request, status, code, heading, sentence, tone="warn"):
    if speaks_json(request):
        return JsonResponse({"code": code, "message": f"{heading}. {sentence}", "data": {}}, status=status)
    return render(
        request,
        "emr/errors/page.html",
        {"code": code, "heading": heading, "sentence": sentence, "tone": tone},
        status=status,
    )
