"""Work beside the web: doctors are told of early warning scores that ask for them."""
import logging

from admissions.actions.deterioration_alert import alert_doctor
from admissions.queries.deterioration_alert import to_tell
from emr.errors import Refusal
from emr.jobs import scheduled
from emr.models import Staff

log = logging.getLogger("emr.admissions")


@scheduled("admissions.tell_of_scores", every=20)
def tell_of_scores() -> int:
    """Tell the doctor on duty of each new score of 5 and more, or of 3 in one parameter; return how many were told of."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()
    told = 0
    for row in to_tell() if system else ():
        try:
            alert_doctor(row, by=system)
            told += 1
        except Refusal:
            log.info("somebody told of the score meanwhile")
    return told
