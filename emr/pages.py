"""What the pages of all apps share: who may look, paging, form handling. A page view then fits some fifteen lines."""
from functools import wraps
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.shortcuts import redirect

from emr.errors import Malformed, NotPermitted
from emr.measure import check_measure

LOOKS = {}  # name -> view; read by the permission test and the documentation


def look(name: str):
    """Declare a page: only for those whose role is granted `name`; anonymous people go to the sign-in page."""

    def declare(view):
        @wraps(view)
        def shown(request, *args, **kwargs):
            if request.actor is None:
                return redirect_to_login(request.get_full_path(), login_url=None)
            if not request.actor.may(name):
                raise NotPermitted(act=name)
            return view(request, *args, **kwargs)

        shown.look = name
        LOOKS.setdefault(name, shown)
        return shown

    return declare


def page_of(request, rows, size=50):
    """One page of the rows, by `?page=`; a page beyond the end is the last one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def request_key(request) -> UUID:
    """The key of this form, made when it was shown, so that sending it twice does it once. Raises Malformed."""
    try:
        return UUID(request.POST["request_key"])
    except (KeyError, ValueError) as error:
        raise Malformed(problem="request_key: a UUID is needed; open the page again") from error


def cleaned(form) -> dict:
    """The form's values, or Malformed naming the first field that is wrong."""
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            check_measure(name, value)
        return form.cleaned_data
    if not form.is_bound:
        raise Malformed(problem="the form came without any field")
    name, problems = next(iter(form.errors.items()))
    label = form.fields[name].label or name if name in form.fields else name
    raise Malformed(problem=f"{label}: {problems[0]}")


def origin(request, default):
    """The address of the page the form came from (`next`), if it is one of ours."""
    from django.utils.http import url_has_allowed_host_and_scheme

    target = request.POST.get("next") or request.GET.get("next")
    return target if target and url_has_allowed_host_and_scheme(target, {request.get_host()}) else default


def back(request, default):
    """Return to the page the form came from, if it is one of ours."""
    return redirect(origin(request, default))
