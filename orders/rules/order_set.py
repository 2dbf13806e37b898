"""What the lines of an order set must say, and what they would mean for one patient."""

from emr import clock
from emr.errors import Refusal
from orders.errors import NoSuchDrug, OrderSetIsEmpty, OrderSetLineWrong
from orders.models import Medication, ServiceRequest
from orders.rules import order_check, order_preview

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


def shown(order_set, encounter, category) -> list:
    """Each line with its preview for this patient (dose times, cost, findings), or the refusal it would meet."""
    lines = list(order_set.lines.all())
    for line in lines:
        line.preview = line.problem = None
        if line.medication is None:
            continue
        try:
            line.preview = order_preview.preview(encounter, line.medication, {"category": category} | line.order, clock.now())
        except Refusal as refusal:
            line.problem = refusal
    return lines
