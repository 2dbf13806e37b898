"""Why a patient of the emergency room waits, inferred from the rows of the step that is not done (A8)."""
from admissions.models import DelayReason
from orders.models import ServiceRequest

Reason = DelayReason.Reason
BY_CATEGORY = {ServiceRequest.Category.IMAGING: Reason.IMAGING, ServiceRequest.Category.CONSULT: Reason.CONSULTANT,
               ServiceRequest.Category.PROCEDURE: Reason.PROCEDURE}


def inferred(line) -> str | None:
    """The reason that the rows tell for the present step of a line that knows what it waits for."""
    step = line.waits.step
    if step.startswith("results-"):
        return _of_results(line.open_requests[0])
    if step == "decision" and line.last_result_at:
        return Reason.RESULTS_UNREAD
    if step == "bed":
        return Reason.BED_READY if line.admission and line.admission.has_free_bed else Reason.NO_BED
    return {"triage": Reason.TRIAGE_BUSY, "doctor": Reason.DOCTOR_BUSY, "answer": Reason.NO_ANSWER, "move": Reason.BED_READY,
            "boarding": Reason.NO_BED}.get(step)


def _of_results(request):
    if request.category != ServiceRequest.Category.LABORATORY:
        return BY_CATEGORY.get(request.category)
    if request.received_at:
        return Reason.LABORATORY
    return Reason.ON_THE_WAY if request.collected_at else Reason.NOT_DRAWN


def stated(line):
    """What a person said of the present step, or None when it was said of an earlier one."""
    row = line.delay_row
    return row if row and row.step == line.waits.step else None


def words(line) -> tuple[str, bool]:
    """The reason in the reader's language, and whether a person said it."""
    row = stated(line)
    if row:
        return (f"{row.get_reason_display()}: {row.note}" if row.note else row.get_reason_display()), True
    found = inferred(line)
    return (str(Reason(found).label), False) if found else ("", False)
