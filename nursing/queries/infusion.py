"""Infusions that run, what was done about them, and how much has run."""
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Encounter
from nursing.infusion_flow import chain, infused
from nursing.models import InfusionEvent
from orders.models import MedicationHold, MedicationRequest


def events_of(requests) -> dict:
    """The standing events, by order, in the order in which they follow each other; one query."""
    found = {}
    rows = InfusionEvent.objects.live().filter(request__in=[getattr(each, "pk", each) for each in requests])
    for row in rows.select_related("performer", "witness", "administration__stock_move__lot"):
        found.setdefault(row.request_id, []).append(row)
    return {request: chain(rows) for request, rows in found.items()}


def chain_of(request) -> list[InfusionEvent]:
    """The standing events of one order, without the rows beside them; for acts."""
    return chain(InfusionEvent.objects.live().filter(request=request))


def last_events():
    """Events after which nothing was recorded."""
    after = InfusionEvent.objects.live().filter(follows=OuterRef("pk"))
    return InfusionEvent.objects.live().filter(~Exists(after))


def not_over(encounters) -> list[MedicationRequest]:
    """The orders of these stays of which an infusion runs or is paused, with drug, bag and stay; by drug. One query."""
    going = last_events().filter(request=OuterRef("pk")).exclude(kind="end")
    now = clock.now()
    held = MedicationHold.objects.live().filter(request=OuterRef("pk"), since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now))
    return list(MedicationRequest.objects.filter(encounter__in=encounters, timing__has_key="continuous").filter(Exists(going))
                .select_related(
        "medication", "infusion", "encounter__patient").annotate(is_held=Exists(held)).order_by("medication__name", "pk"))


def shown_in(since, until):
    """A condition on orders: an infusion ran, was started or ended between these moments."""
    began = InfusionEvent.objects.live().filter(request=OuterRef("pk"), happened_at__lt=until)
    within = began.filter(happened_at__gte=since)
    going = last_events().filter(request=OuterRef("pk"), happened_at__lt=until).exclude(kind="end")
    return Q(timing__has_key="continuous") & (Exists(within) | Exists(going))


def of_patient(actor, patient_id):
    """All that was done about the patient's infusions, newest first, wrong entries too; the chart is opened and the reading
    logged.
    """
    chart = chart_for(actor, patient_id, "infusions")
    if not chart.shows("doses"):
        raise NotFound()
    return InfusionEvent.objects.filter(request__patient=chart.patient).select_related(
        "request__medication", "performer").order_by(
        "-happened_at", "-recorded_at", "-pk")


def log_of(request):
    """What was done about one order, wrong entries too, oldest first."""
    return InfusionEvent.objects.filter(request=request).select_related(
        "performer", "witness", "error_by", "administration__stock_move__lot").order_by("happened_at", "recorded_at", "pk")


def infused_between(encounter, since, until) -> Decimal:
    """Millilitres that ran into the patient from `since` up to `until` (aware), over all infusions of the stay or visit.

    Follows from the recorded events, rates and bags; nothing runs after now or after the end of the stay. Two queries.
    """
    row = encounter if isinstance(encounter, Encounter) else Encounter.objects.get(pk=encounter)
    until = min([until, clock.now(), *([row.finished_at] if row.finished_at else [])])
    found = {}
    for event in InfusionEvent.objects.live().filter(request__encounter=row):
        found.setdefault(event.request_id, []).append(event)
    return sum((infused(chain(events), since, until) for events in found.values()), Decimal(0))

