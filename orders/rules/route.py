"""Routes of administration: the customary short forms of order sheets, with their words.

A route that is not in the list is kept and shown as written (other systems send their own).
"""
from django.utils.translation import gettext_lazy as _

ROUTES = {
    "PO": _("by mouth"), "SL": _("under the tongue"), "IV": _("into a vein"), "IM": _("into a muscle"), "SC": _("under the skin"),
    "ID": _("into the skin"), "INH": _("inhaled"), "NEB": _("nebulised"), "PR": _("rectal"), "PV": _("vaginal"),
    "TOP": _("on the skin"),
    "TD": _("patch"), "NASAL": _("into the nose"), "EYE": _("into the eye"), "EAR": _("into the ear"), "NG": _("by gastric tube"),
    "INF": _("infiltration"),
}


def words(route) -> str:
    """The route in the reader's language; as written when it is none of ours."""
    known = ROUTES.get(str(route).upper())
    return str(known) if known else str(route)
