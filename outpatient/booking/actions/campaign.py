"""Campaigns: people rung up one after the other by the exchange, until reached or tried often enough (R86, R87)."""
from django.db.models import Max

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.rules.texts import fits
from outpatient.booking import errors_by_phone as errors
from outpatient.booking.models import Campaign, CampaignCall, CampaignTarget, DialOptOut, PhoneLine
from outpatient.booking.queries import campaign as queries
from outpatient.booking.rules.telephone import may_dial, overdue

acts.LAST_LINE["one_opt_out_of_a_patient"] = errors.HasOptedOut


@act("booking.begin_campaign")
def begin_campaign(*, by, name, message, line, code, years=2):
    """Ring up every attached patient whose last examination of this code is older than so many years, or was never made.

    `line`: a line for campaigns only. Whoever has no telephone or does not want it is left out.
    Raises NotACampaignLine, NobodyToDial, Malformed.
    """
    name, message, code = (name or "").strip(), (message or "").strip(), (code or "").strip()
    if not (name and message and code) or not 1 <= years <= 20:
        raise Malformed(problem="name, message, code and years from 1 to 20 are needed")
    fits(Campaign, name=name, message=message)
    row = PhoneLine.objects.filter(pk=getattr(line, "pk", line)).first()
    if row is None or row.purpose != PhoneLine.Purpose.CAMPAIGNS:
        raise errors.NotACampaignLine()
    people = overdue(code, years)
    if not people:
        raise errors.NobodyToDial()
    campaign = Campaign.objects.create(name=name, message=message, line=row, begun_by=by)
    CampaignTarget.objects.bulk_create([CampaignTarget(campaign=campaign, patient_id=patient, number=number, turn=turn)
                                        for turn, (patient, number) in enumerate(people, start=1)])
    record(campaign, people=len(people))
    return campaign


@act("booking.stop_campaign")
def stop_campaign(campaign, *, by):
    """Dial nobody of this campaign any more. Raises CampaignIsOver, NotFound."""
    campaign = _lock(campaign)
    campaign.stopped_at, campaign.stopped_by = clock.now(), by
    campaign.save(update_fields=["stopped_at", "stopped_by"])
    record(campaign)
    return campaign


@act("booking.dial_next")
def dial_next(campaign, *, by) -> CampaignTarget:
    """Whom the exchange rings up now: the first of the list who was not reached.

    One call of a campaign at a time: the line is dedicated. Raises NobodyToDial outside the hours, while a call is under way or
    when nobody is left; CampaignIsOver, NotFound.
    """
    campaign = _lock(campaign)
    target = queries.next_target(campaign) if may_dial(clock.now()) else None
    if target is None:
        raise errors.NobodyToDial()
    target.dialled_at, target.attempts = clock.now(), target.attempts + 1
    target.save(update_fields=["dialled_at", "attempts"])
    record(campaign, patient=target.patient_id, attempt=target.attempts)
    return target


@act("booking.note_campaign_call")
def note_campaign_call(target, *, by, outcome):
    """What came of a call: reached, or his turn comes again at the end of the list. Raises Malformed, NotFound."""
    if outcome not in CampaignCall.Outcome.values:
        raise Malformed(problem=f"outcome: one of {', '.join(CampaignCall.Outcome.values)} is needed")
    found = CampaignTarget.objects.filter(pk=getattr(target, "pk", target)).first()
    if found is None:
        raise NotFound()
    Campaign.objects.select_for_update(no_key=True).get(pk=found.campaign_id)
    found.refresh_from_db()
    if found.dialled_at is None:  # told twice
        record(found, patient=found.patient_id, outcome=outcome)
        return found
    CampaignCall.objects.create(target=found, outcome=outcome)
    found.dialled_at = None
    if outcome == CampaignCall.Outcome.REACHED:
        found.reached_at = clock.now()
    else:
        found.turn = CampaignTarget.objects.filter(campaign=found.campaign_id).aggregate(Max("turn"))["turn__max"] + 1
    found.save(update_fields=["dialled_at", "reached_at", "turn"])
    record(found, patient=found.patient_id, outcome=outcome)
    return found


@act("booking.opt_out_of_dialling")
def opt_out_of_dialling(patient, *, by):
    """The patient does not want to be rung up by campaigns, from now on. Raises HasOptedOut."""
    patient = lock_patient(patient)
    if DialOptOut.objects.filter(patient=patient, ended_at__isnull=True).exists():
        raise errors.HasOptedOut()
    row = DialOptOut.objects.create(patient=patient, noted_by=by)
    record(row, patient=patient)
    return row


def _lock(campaign) -> Campaign:
    row = Campaign.objects.select_for_update(no_key=True).filter(pk=getattr(campaign, "pk", campaign)).first()
    if row is None:
        raise NotFound()
    if row.stopped_at:
        raise errors.CampaignIsOver(at=row.stopped_at)
    return row
