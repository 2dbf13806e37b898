"""What the lines of an order set must say, and what they would mean for one patient."""

from decimal import Decimal

from emr import clock
from emr.errors import Malformed, Refusal
from orders.errors import NoSuchDrug, OrderSetIsEmpty, OrderSetLineWrong
from orders.models import Medication, ServiceRequest
from orders.rules import frequency, order_check, order_preview

OF_REQUEST = {"category", "text", "code", "system", "priority", "reason"}
NOT_IN_A_SET = {"starts_at", "ends_at"}  # moments belong to a patient, not to a set


def complete(lines) -> list[dict]:
    """The lines checked: {medication, order} each, in their order. Raises OrderSetIsEmpty, OrderSetLineWrong."""
    if not lines:
        raise OrderSetIsEmpty()
    return [_line(position, dict(line)) for position, line in enumerate(lines, start=1)]


def _line(position, line):
    medication = line.pop("medication", None)
    try:
        if not medication:
            return {"medication": None, "order": _request(line)}
        product = Medication.objects.filter(pk=getattr(medication, "pk", medication), is_active=True).first()
        if product is None:
            raise NoSuchDrug(name=str(medication))
        if wrong := set(line) - order_check.KNOWN | set(line) & NOT_IN_A_SET:
            raise ValueError(", ".join(sorted(wrong)))
        order_check.complete(line, now=clock.now())
        return {"medication": product, "order": {name: str(value) if name == "dose" else value for name, value in line.items()}}
    except (Refusal, ValueError) as problem:
        raise OrderSetLineWrong(position=position, problem=str(problem)) from problem


def _request(line):
    if wrong := set(line) - OF_REQUEST:
        raise ValueError(", ".join(sorted(wrong)))
    if line.get("category") not in ServiceRequest.Category.values or not str(line.get("text") or "").strip():
        raise ValueError("category, text")
    return line


def taken(lines, positions) -> list:
    """The lines at these positions; all where none are named. Raises Malformed for a position that is not in the set."""
    if positions is None:
        return lines
    wanted = {str(each) for each in positions}
    if wrong := wanted - {str(line.position) for line in lines}:
        raise Malformed(problem=f"positions: {', '.join(sorted(wrong))[:80]}: not in the set")
    return [line for line in lines if str(line.position) in wanted]


def shown(order_set, encounter, category) -> list:
    """Each line with its preview for this patient (dose times, cost, findings), or the refusal it would meet."""
    lines = list(order_set.lines.all())
    for line in lines:
        line.how_often = frequency.words(line.order.get("timing_text", ""), line.order.get("timing", {}))
        line.preview = line.problem = None
        if line.medication is None:
            continue
        try:
            line.preview = order_preview.preview(encounter, line.medication, {"category": category} | line.order, clock.now())
        except Refusal as refusal:
            line.problem = refusal
    return lines


def cost(lines) -> Decimal | None:
    """What the doses shown of all drugs cost together; None where the price of one is not known."""
    costs = [line.preview and line.preview.cost_shown for line in lines if line.medication]
    return sum(costs) if costs and None not in costs else None
