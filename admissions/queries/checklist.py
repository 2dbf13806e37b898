"""Rows that stand in the way of a discharge (B14)."""
from admissions.queries.emergency_visit import standing_requests
from emr.models import Condition, Document
from emr.queries.co_signature import waiting
from orders.laboratory.models import LabResult, ResultSeen
from orders.models import MedicationRequest
from orders.queries import reconciliation
from orders.queries.verbal_order import unsigned_verbal

# (function(encounter) -> words of each act without a price, url name that mends it, its look): billing puts itself in here.
unpriced_sources = []
CRITICAL = [LabResult.Flag.CRITICAL_LOW, LabResult.Flag.CRITICAL_HIGH]


def unseen_critical(encounter):
    """Critical results of the stay that no clinician has marked as seen."""
    return LabResult.objects.live().filter(encounter=encounter, flag__in=CRITICAL, released_at__isnull=False).exclude(
        pk__in=ResultSeen.objects.values("result")).select_related("test")


def unsigned(encounter):
    """Drafts of the stay, the discharge summary left out."""
    return Document.objects.filter(encounter=encounter, status=Document.Status.DRAFT).exclude(
        kind=Document.Kind.DISCHARGE_SUMMARY).select_related("author")


def to_co_sign(encounter):
    """Learners' papers of the stay that no physician has signed below."""
    return waiting().filter(encounter=encounter)


def verbal(encounter):
    """Verbal orders of the stay that no doctor has signed or disputed."""
    return unsigned_verbal(encounter)


def open_requests(encounter):
    """Tests and examinations asked for in the stay that have no result and were not cancelled."""
    return [row for row in standing_requests([encounter.pk]) if not (row.found_at or row.is_done)]


def running_orders(encounter):
    """Drug orders that the discharge will stop."""
    return MedicationRequest.objects.live().filter(
        encounter=encounter, stopped_at__isnull=True, category=MedicationRequest.Category.INPATIENT).select_related("medication")


def undecided_drugs(encounter) -> int:
    """How many drugs, at home or ordered now, nobody has decided about for the time after the discharge (C16)."""
    return sum(line.is_undecided for line in reconciliation.lines_of(encounter, reconciliation.Moment.DISCHARGE))


def diagnoses(encounter, stage):
    """Diagnoses of one stage that stand, in the order in which they were stated."""
    return Condition.objects.live().filter(encounter=encounter, stage=stage).order_by("asserted_at")


def final_diagnoses(encounter):
    """Final diagnoses of the stay."""
    return Condition.objects.live().filter(encounter=encounter, stage=Condition.Stage.FINAL)
