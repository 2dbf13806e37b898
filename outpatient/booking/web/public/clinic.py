"""The directory of institutions, and the first page of ours."""
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outpatient.booking.models import Clinic
from outpatient.booking.queries import clinic as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.town_map import town_map
from outpatient.booking.web.public.visitor import page, public

CHOSEN = "emr_polyclinic"  # cookie: the visitor chose our institution before
A_YEAR = 365 * 24 * 3600
SHAPES = (("round", pgettext_lazy("institution", "for adults")), ("square", pgettext_lazy("institution", "for children")),
          ("diamond", _("others")))


@public
def directory(request):
    """First the region, then the institution, on a map or in the list (R1, R11); who chose ours before comes to it at once."""
    if request.COOKIES.get(CHOSEN) and not request.GET:
        return redirect("polyclinic:home")
    text, region, known = request.GET.get("q", ""), request.GET.get("region", ""), queries.regions()
    region = region if region in known else ""
    everywhere = queries.everywhere(region)
    rows = queries.asked_for(text, everywhere)
    return page(request, "directory.html", {
        "asked": text[:queries.ASKED], "region": region, "rows": rows, "map": town_map(rows, everywhere), "shapes": SHAPES,
        "regions": [(value, label) for value, label in Clinic.Region.choices if value in known]})


@public
def home(request):
    """The first page of our institution: addresses, telephones, what can be done here, and what to do when it is urgent (R1, R2,
    R32).
    """
    response = page(request, "home.html", {"setting": setting()})
    response.set_cookie(CHOSEN, "1", max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@public
def other(request, clinic_id):
    """An institution that is not connected here: its address, and never an empty calendar (R4)."""
    row = queries.one(clinic_id)
    return redirect("polyclinic:home") if row.institution_id else page(request, "clinic.html", {"clinic": row})
