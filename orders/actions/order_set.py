"""Order sets: publishing a version, and ordering by one. A published version is never edited; a change is the next version."""

from django.db.models import Max

from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from orders.actions import safety
from orders.actions.medication_request import write_order
from orders.actions.service_request import add_request
from orders.errors import DeviationUnexplained, OrderSetIsEmpty, OrderSetIsOld
from orders.models import OrderSet, OrderSetLine, OrderSetUse
from orders.queries import order_set as queries
from orders.rules import order_set as rules


@act("orders.publish_order_set")
def publish_order_set(*, by, code, name, lines=(), conditions=(), department=None, told_by="", withdraw=False):
    """Publish the next version of an order set; the earlier ones stay readable where they were used.

    `lines`: a drug ({"medication": id, dose, dose_unit, route, timing, days …} as prescribe_medication takes it) or a request
    ({"category", "text", …}). `conditions`: beginnings of ICD-10 codes. `told_by`: guideline or author. `withdraw` ends the set.
    Raises OrderSetIsEmpty, OrderSetLineWrong, Malformed.
    """
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise Malformed(problem="code and name are needed")
    rows = [] if withdraw else rules.complete(lines)
    last = OrderSet.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    if withdraw and not last:
        raise NotFound()
    made = OrderSet.objects.create(
        code=code,
        version=last + 1,
        name=name,
        department_id=getattr(department, "pk", department),
        told_by=told_by.strip(),
        conditions=[each.strip().upper() for each in conditions if each.strip()],
        published_by=by,
        published_at=clock.now(),
        is_withdrawn=withdraw,
    )
    OrderSetLine.objects.bulk_create([OrderSetLine(order_set=made, position=n, **row) for n, row in enumerate(rows, start=1)])
    record(made, name=name, code=code, version=made.version, orders=len(rows))
    return made


@act("orders.apply_order_set", proofs=safety.SECOND)
def apply_order_set(
    encounter,
    *,
    by,
    order_set,
    positions=None,
    deviation_reason="",
    override_reason="",
    override_reasons=None,
    second_signature=None,
    category="inpatient",
):
    """Order by a set: the orders of the named positions (default: all) in one act, or none of them.

    Leaving some out needs a `deviation_reason`. Each drug goes through all checks of prescribing, beside what runs already and
    beside the set's own orders before it. Raises OrderSetIsOld, DeviationUnexplained, Malformed
    (a position that is not in the set) and what prescribing raises.
    """
    encounter = lock_encounter_for_orders(encounter, by=by)
    chosen = queries.with_lines(getattr(order_set, "pk", order_set))
    if chosen is None:
        raise NotFound()
    if not queries.is_newest(chosen):
        raise OrderSetIsOld()
    lines = list(chosen.lines.all())
    taken = rules.taken(lines, positions)
    left_out = [line.position for line in lines if line not in taken]
    if not taken:
        raise OrderSetIsEmpty()
    if left_out and not deviation_reason.strip():
        raise DeviationUnexplained()
    answers = {"override_reason": override_reason, "override_reasons": override_reasons, "second_signature": second_signature}
    made = [_ordered(line, encounter, by, answers, category) for line in taken]
    use = OrderSetUse.objects.create(
        order_set=chosen,
        patient_id=encounter.patient_id,
        encounter=encounter,
        left_out=left_out,
        deviation_reason=deviation_reason.strip()[:300] if left_out else "",
        recorded_by=by,
        recorded_at=clock.now(),
    )
    record(
        use,
        patient=use.patient_id,
        encounter=use.encounter_id,
        name=chosen.name,
        version=chosen.version,
        orders=[str(row.pk) for row, _about in made],
        told=[about for _row, about in made],
        reason=use.deviation_reason,
    )
    return use


def _ordered(line, encounter, by, answers, category):
    if line.medication_id is None:
        row = add_request(encounter, by=by, **line.order)
        return row, {"text": row.text}
    return write_order(
        encounter, medication=line.medication_id, by=by, order={"category": category} | line.order, answers=answers
    )
