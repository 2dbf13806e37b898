"""What the coupon desk does by itself: receptions of timetables, reminders, the waiting list, and messages to patients."""
from emr.errors import Refusal
from emr.jobs import handler, scheduled
from emr.models import Staff
from outpatient.booking.actions import no_show, waiting
from outpatient.booking.actions import notice as notices
from outpatient.booking.actions.timetable import make_receptions
from outpatient.booking.queries.timetable import templates

MINUTE = 60  # seconds
HOURLY = 60 * MINUTE


def system():
    """This system as an actor; None before set-up."""
    return Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()


@scheduled("booking.make_receptions", every=HOURLY)
def make_all_receptions() -> int:
    """Make what is missing of all templates, as the system itself; of how many templates something was made."""
    by, made = system(), 0
    for template in templates() if by else ():
        try:
            make_receptions(template.pk, by=by)
            made += 1
        except Refusal:  # nothing to make, or somebody makes it at this moment
            continue
    return made


@scheduled("booking.write_reminders", every=5 * MINUTE)
def write_reminders():
    """Remind everybody whose visit is tomorrow, from the reminder hour on; after an outage whoever was left out."""
    if by := system():
        notices.write_reminders(by=by)


@scheduled("booking.offer_freed", every=MINUTE)
def offer_freed():
    """Offer what became free to who waits for it."""
    if by := system():
        waiting.offer_freed(by=by)


@scheduled("booking.return_unconfirmed", every=10 * MINUTE)
def return_unconfirmed():
    """Take back the coupons of today that had to be confirmed on the eve and were not."""
    if by := system():
        no_show.return_all_unconfirmed(by=by)


@handler(notices.TOPIC)
def send_notice(payload):
    """Send one message; the calendar entry goes with it."""
    notices.deliver(payload["notice"])
