"""What the kiosk shows: who receives in the days ahead, and the institution's own pages."""
import datetime as dt

from emr import clock
from emr.models import Staff
from outpatient.booking import errors
from outpatient.booking.models import KioskPage, Reception, SlipPrint
from outpatient.booking.queries.setting import setting

PRINT_SHOWN = dt.timedelta(minutes=2)  # how long the browser of a kiosk may print what it was just given


def receiving() -> list[Reception]:
    """One coming reception of each published specialty and doctor within the horizon, by doctor. Two queries."""
    today = clock.today()
    rows = Reception.objects.standing().filter(day__gte=today, day__lte=today + dt.timedelta(
        days=setting().horizon_days)).exclude(
        specialty__is_published=False).exclude(doctor__booking_setting__is_published=False)
    rows = rows.select_related("specialty", "doctor", "department").order_by("specialty_id", "doctor_id", "title",
                                                                             "day").distinct(
        "specialty_id", "doctor_id", "title")
    return sorted(rows, key=lambda row: row.doctor.family if row.doctor else row.title)


def pages(every=False):
    """The pages of information in their order; `every`: those that were put away too."""
    return KioskPage.objects.all() if every else KioskPage.objects.filter(is_shown=True)


def page(pk, every=False) -> KioskPage:
    """One page. Raises PageNotFound."""
    found = pages(every).filter(pk=pk).first()
    if found is None:
        raise errors.PageNotFound()
    return found


def fresh_print(pk, by) -> SlipPrint | None:
    """What this kiosk printed within the last two minutes."""
    return SlipPrint.objects.filter(pk=pk, printed_by=by, printed_at__gte=clock.now() - PRINT_SHOWN,
                                    spoiled_at__isnull=True).first()


def system() -> Staff:
    """This system as an actor: what a visitor does before he is known is done by it."""
    return Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("pk").first()
