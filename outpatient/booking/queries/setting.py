"""How coupons are given out here."""
from emr.models import Institution
from outpatient.booking.models import BookingSetting


def setting() -> BookingSetting:
    """The institution's setting; the defaults when it has not decided yet. One query."""
    return _setting(Institution.objects.select_related("booking_setting").filter(is_ours=True).first())


def setting_of(reception) -> BookingSetting:
    """The same from a reception that was read together with it (WITH_SETTING). No query."""
    return _setting(reception.department.institution)


def _setting(institution):
    return getattr(institution, "booking_setting", None) or BookingSetting(institution=institution)


WITH_SETTING = "department__institution__booking_setting"
