"""How coupons are given out here."""
from emr.models import Institution
from outpatient.booking.models import BookingSetting


def setting() -> BookingSetting:
    """The institution's setting; the defaults when it has not decided yet. One query."""
    return BookingSetting.objects.select_related("institution").filter(institution__is_ours=True).first() or BookingSetting(
        institution=Institution.objects.filter(is_ours=True).first())


def setting_of(reception) -> BookingSetting:
    """The same from a reception that was read together with it (WITH_SETTING). No query."""
    institution = reception.department.institution
    return getattr(institution, "booking_setting", None) or BookingSetting(institution=institution)


WITH_SETTING = "department__institution__booking_setting"
