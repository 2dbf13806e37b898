"""Opening a chart in an emergency without a care link, and looking afterwards whether it was right."""
import datetime as dt

from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.access import link_of
from emr.actions.patient import locked
from emr.acts import act
from emr.errors import NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import BreakGlass
from emr.rules import person

LASTS = dt.timedelta(hours=4)  # spec/security 4.1


class GlassNotNeeded(Refusal):
    code = "emr.glass_not_needed"
    message = _("This chart is already open to you. Open it directly.")


class AlreadyReviewed(Refusal):
    code = "emr.glass_already_reviewed"
    message = _("This opening was already reviewed at {at}.")


class OwnReview(Refusal):
    code, status = "emr.own_glass", 403
    message = _("Nobody reviews his own opening. Ask a colleague.")


@act("emr.break_glass")
def break_glass(patient, *, by, reason):
    """Open this one chart to oneself for four hours, with the reason; somebody reviews it afterwards.

    Raises GlassNotNeeded when a care link stands already, ReasonMissing, NotFound.
    """
    patient = locked(patient)
    reason = person.text(reason, field="reason", limit=300)
    if not reason:
        raise ReasonMissing()
    if link_of(by, patient):
        raise GlassNotNeeded()
    now = clock.now()
    glass = BreakGlass.objects.create(staff=by, patient=patient, reason=reason, opened_at=now, until=now + LASTS)
    record(glass, patient=patient, until=glass.until.isoformat())
    return glass


@act("emr.review_glass")
def review_glass(glass, *, by, verdict):
    """Say whether opening the chart was right. Raises AlreadyReviewed, OwnReview, ReasonMissing, NotFound."""
    row = BreakGlass.objects.select_for_update(no_key=True).filter(pk=getattr(glass, "pk", glass)).first()
    if row is None:
        raise NotFound()
    if row.reviewed_at:
        raise AlreadyReviewed(at=row.reviewed_at)
    if row.staff_id == by.pk:
        raise OwnReview()
    verdict = person.text(verdict, field="verdict", limit=300)
    if not verdict:
        raise ReasonMissing()
    row.reviewed_at, row.reviewed_by, row.verdict = clock.now(), by, verdict
    row.save(update_fields=["reviewed_at", "reviewed_by", "verdict"])
    record(row, patient=row.patient_id, verdict=verdict)
    return row
