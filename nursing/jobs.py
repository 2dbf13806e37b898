"""Work beside the web: late time-critical doses are told of, step by step."""
import datetime as dt
import logging

from emr.errors import Refusal
from emr.jobs import scheduled
from emr.models import Staff
from nursing.actions.dose_escalation import escalate_dose
from nursing.queries import dose_escalation as queries
from nursing.queries.bedside_setting import current

log = logging.getLogger("emr.nursing")


@scheduled("nursing.tell_of_late_doses", every=60)
def tell_of_late_doses() -> int:
    """Tell the senior nurse, later the doctor on duty, of overdue time-critical doses; return how many doses were told of."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()
    if system is None:
        return 0
    times, told = current(), 0
    for step, minutes in (("senior-nurse", times.senior_after_minutes), ("doctor", times.doctor_after_minutes)):
        for dose in queries.to_tell(step, dt.timedelta(minutes=minutes)):
            try:
                escalate_dose(dose.pk, by=system, step=step)
                told += 1
            except Refusal:
                log.info("a late dose was recorded meanwhile; nobody is told")
    return told
