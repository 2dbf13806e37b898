"""Whom a campaign rings up, who is next, and what came of it."""
import datetime as dt

from django.db.models import Count, Max, Q

from emr import clock
from emr.errors import NotFound
from emr.models import Observation, PatientContact
from outpatient.booking.models import Campaign, CampaignCall, CampaignTarget, DialOptOut
from outpatient.models import Card

SILENT = dt.timedelta(minutes=5)  # after which a call of which nothing was heard is over


def examined(code) -> dict:
    """Patient -> when he was last examined, by the code of the examination. One query."""
    return dict(Observation.objects.filter(code=code, error_at__isnull=True).order_by().values_list("patient")
                .annotate(Max("effective_at")))


def phones() -> dict:
    """Patient -> his own telephone, of all who may be rung up: attached, alive, and not against it; in order of record number.

    Two queries.
    """
    against = DialOptOut.objects.filter(ended_at__isnull=True).values("patient")
    attached = Card.objects.filter(closed_at__isnull=True, patient__died_at__isnull=True,
                                   patient__merged_into__isnull=True).exclude(
        patient__in=against).order_by("patient__number").values_list("patient", flat=True)
    known = dict(PatientContact.objects.filter(kind=PatientContact.Kind.PHONE, ended_at__isnull=True, person="")
                 .order_by("-pk").values_list(
        "patient", "value"))
    return {patient: known[patient] for patient in attached if patient in known}


def next_target(campaign) -> CampaignTarget | None:
    """The first of the list who is still to be reached, unless a call of this campaign is under way."""
    rows = CampaignTarget.objects.filter(campaign=campaign, reached_at__isnull=True)
    if rows.filter(dialled_at__gt=clock.now() - SILENT).exists():
        return None
    return rows.filter(attempts__lt=CampaignTarget.MOST_ATTEMPTS).exclude(
        patient__in=DialOptOut.objects.filter(ended_at__isnull=True).values("patient")).order_by(
        "turn").first()


def running():
    """Campaigns that are not stopped and have somebody left to ring up, the oldest first."""
    left = Count("targets", filter=Q(targets__reached_at__isnull=True, targets__attempts__lt=CampaignTarget.MOST_ATTEMPTS))
    return Campaign.objects.filter(stopped_at__isnull=True).select_related("line").annotate(left=left).filter(
        left__gt=0).order_by("begun_at")


def campaigns():
    """All campaigns with what came of them, the newest first. One query."""
    reached, tried = Q(targets__reached_at__isnull=False), Q(targets__reached_at__isnull=True,
                                                             targets__attempts__gte=CampaignTarget.MOST_ATTEMPTS)
    return Campaign.objects.select_related("line", "begun_by").annotate(
        people=Count("targets"), reached=Count("targets", filter=reached), given_up=Count("targets", filter=tried)).order_by(
            "-begun_at")


def seen_by(actor):
    """All campaigns, for whoever may look at them."""
    return campaigns()


def one(pk) -> Campaign:
    """One campaign with what came of it. Raises NotFound."""
    row = campaigns().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def report(campaign):
    """The people of a campaign with the last outcome: who was reached and who was not (R87), those not reached first."""
    last = CampaignCall.objects.filter(target__campaign=campaign).order_by("target", "-at").distinct("target").values_list(
        "target", "outcome")
    outcomes = dict(last)
    rows = CampaignTarget.objects.filter(campaign=campaign).select_related("patient").order_by("reached_at", "turn")
    return rows, outcomes
