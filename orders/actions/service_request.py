"""Requests that are no drugs: laboratory, imaging, procedures, diet, therapy, consult, referral."""
from emr import clock
from emr.actions.encounter import lock_encounter_for_orders, refuse_strangers
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Department
from orders.errors import AlreadyCancelled, OrderIsError, OtherEncounter, TextMissing
from orders.models import ServiceRequest


@act("orders.request_service")
def request_service(encounter, *, by, category, text, code="", system="", priority="routine", reason="", wanted_at=None,
                    performer=None, part_of=None, requester=None, authored_at=None):
    """Ask for something that is no drug, in an open stay or visit.

    `category` and `priority` are ServiceRequest's choices; `performer` is the department that is to do it (row or id);
    `part_of` is the panel this request belongs to. Raises EncounterIsFinished, TextMissing, OtherEncounter, Malformed.
    """
    encounter = lock_encounter_for_orders(encounter, by=by)
    row = add_request(encounter, by=by, category=category, text=text, code=code, system=system, priority=priority, reason=reason,
                      wanted_at=wanted_at, performer=performer, part_of=part_of, requester=requester, authored_at=authored_at)
    record(row, patient=row.patient_id, encounter=row.encounter_id, category=row.category, text=row.text, priority=row.priority)
    return row


def add_request(encounter, *, by, category, text, code="", system="", priority="routine", reason="", wanted_at=None,
                performer=None, part_of=None, requester=None, authored_at=None) -> ServiceRequest:
    """Write the request inside another act, the stay being locked (order sets, panels). Raises as `request_service`."""
    if category not in ServiceRequest.Category.values:
        raise Malformed(problem=f"category: one of {', '.join(ServiceRequest.Category.values)}")
    if priority not in ServiceRequest.Priority.values:
        raise Malformed(problem=f"priority: one of {', '.join(ServiceRequest.Priority.values)}")
    if not text.strip():
        raise TextMissing()
    if part_of is not None:
        panel = ServiceRequest.objects.filter(pk=getattr(part_of, "pk", part_of), encounter=encounter).first()
        if panel is None:
            raise OtherEncounter()
        _refuse_cancelled(panel)
    if performer is not None and not Department.objects.filter(pk=getattr(performer, "pk", performer)).exists():
        raise NotFound()
    return ServiceRequest.objects.create(
        encounter=encounter, patient_id=encounter.patient_id, category=category, text=text.strip(), code=code,
        system=system if code else "", priority=priority, reason=reason.strip(), wanted_at=wanted_at,
        performer_id=getattr(performer, "pk", performer), part_of_id=getattr(part_of, "pk", part_of), requester=requester or by,
        authored_at=authored_at or clock.now(), recorded_by=by)


def lock_service_request(request) -> ServiceRequest:
    """The request as it is now; others who cancel or fulfil it wait."""
    return ServiceRequest.objects.select_for_update(no_key=True).get(pk=getattr(request, "pk", request))


def _refuse_cancelled(row):
    if row.error_at:
        raise OrderIsError()
    if row.cancelled_at:
        raise AlreadyCancelled(at=row.cancelled_at, reason=row.cancel_reason)


@act("orders.cancel_request")
def cancel_request(request, *, by, reason):
    """Cancel a request; with a panel, its tests that still stand go too. Raises AlreadyCancelled, ReasonMissing."""
    row = lock_service_request(request)
    refuse_strangers(by, row.patient_id)
    _refuse_cancelled(row)
    if not reason.strip():
        raise ReasonMissing()
    parts = row.parts.live().select_for_update(no_key=True).filter(cancelled_at__isnull=True)
    rows = [row, *parts.order_by("pk")]
    for each in rows:
        each.cancelled_at, each.cancelled_by, each.cancel_reason = clock.now(), by, reason.strip()
    ServiceRequest.objects.bulk_update(rows, ["cancelled_at", "cancelled_by", "cancel_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, reason=row.cancel_reason, parts=len(rows) - 1)
    return row
