"""What booking does by itself."""
from emr.errors import Refusal
from emr.jobs import scheduled
from emr.models import Staff
from outpatient.booking.actions.timetable import make_receptions
from outpatient.booking.queries.timetable import templates

HOURLY = 3600  # seconds


@scheduled("booking.make_receptions", every=HOURLY)
def make_all_receptions() -> int:
    """Make what is missing of all templates, as the system itself; of how many templates something was made."""
    system, made = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first(), 0
    for template in templates() if system else ():
        try:
            make_receptions(template.pk, by=system)
            made += 1
        except Refusal:  # nothing to make, or somebody makes it at this moment
            continue
    return made
