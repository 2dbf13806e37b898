"""Who left and how: the journal of admissions and refusals, the calls of the next day (A10)."""
import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from admissions.models import Departure, FollowUpCall
from emr import clock
from emr.models import Condition, Document, Encounter, EncounterLocation, Observation, PatientContact
from nursing.models import MedicationAdministration, Procedure
from orders.models import MedicationRequest, ServiceRequest

DONE = [(MedicationRequest, _("drug orders")), (ServiceRequest, _("examinations ordered")),
        (MedicationAdministration, _("drugs given")),
        (Observation, _("measurements")), (Procedure, _("procedures")), (Condition, _("diagnoses"))]
CALL_DAYS = 3
REACHED = [FollowUpCall.Outcome.WELL, FollowUpCall.Outcome.RETURNS, FollowUpCall.Outcome.ELSEWHERE]


def what_was_done(encounter) -> list:
    """Kinds of facts that stand in this visit, in words; empty for a visit that is only a registration."""
    found = [word for model, word in DONE if model.objects.live().filter(encounter=encounter).exists()]
    papers = Document.objects.filter(encounter=encounter).exclude(status=Document.Status.ABANDONED)
    return found + ([_("papers")] if papers.exists() else [])


def of_visit(encounter):
    """The departure of this visit, or None."""
    return Departure.objects.live().filter(encounter=encounter).select_related("document", "told_by").first()


def journal(day):
    """Everybody who came on that day: emergency visits and stays without one, in order of arrival, with what became of them.

    Each with `diagnosis`, `bed` of the stay it led to, `ward` and `note` of the departure.
    """
    begin = clock.start_of(day)
    said = Condition.objects.live().filter(encounter=OuterRef("pk")).order_by("-asserted_at")
    stay = Encounter.objects.live().filter(part_of=OuterRef("pk"), kind=Encounter.Kind.INPATIENT)
    place = EncounterLocation.objects.live().filter(Q(encounter=OuterRef("pk")) | Q(encounter__part_of=OuterRef("pk")),
                                                    encounter__kind=Encounter.Kind.INPATIENT).order_by("during")
    left = Departure.objects.live().filter(encounter=OuterRef("pk"))
    rows = Encounter.objects.live().filter(
        Q(kind=Encounter.Kind.EMERGENCY) | Q(kind=Encounter.Kind.INPATIENT, part_of__isnull=True), source__isnull=True,
        started_at__gte=begin, started_at__lt=clock.start_of(day + dt.timedelta(days=1)))
    return rows.annotate(
        diagnosis=Subquery(said.values("text")[:1]), stay_number=Subquery(stay.values("number")[:1]),
        ward=Subquery(place.values("encounter__department__name")[:1]), bed=Subquery(place.values("bed__label")[:1]),
        risks=Subquery(left.values("risks")[:1]), note=Subquery(left.values("note")[:1])).select_related(
        "patient", "department").order_by("started_at")


def to_call(dispositions):
    """Those who left in one of these ways yesterday or up to three days ago, and were not reached yet; the oldest first.

    Each with `phone` and `tries`.
    """
    phone = PatientContact.objects.filter(patient=OuterRef("encounter__patient"), kind=PatientContact.Kind.PHONE).values("value")[
        :1]
    reached = FollowUpCall.objects.live().filter(departure=OuterRef("pk"), outcome__in=REACHED)
    back = Encounter.objects.live().filter(patient=OuterRef("encounter__patient"), started_at__gt=OuterRef("happened_at"))
    today = clock.start_of(clock.today())
    return Departure.objects.live().filter(
        disposition__in=dispositions, happened_at__lt=today, happened_at__gte=today - dt.timedelta(days=CALL_DAYS)).exclude(
        Exists(reached)).exclude(Exists(back)).annotate(phone=Subquery(phone)).select_related(
        "encounter__patient", "encounter__department").prefetch_related("calls").order_by("happened_at")
