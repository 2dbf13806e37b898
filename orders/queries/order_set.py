"""Order sets as they are offered: the newest version of each, for the patient's diagnoses and the department."""

from emr.models import Condition
from orders.models import OrderSet


def newest():
    """The newest version of every set that was not withdrawn. One query."""
    last = OrderSet.objects.order_by("code", "-version").distinct("code").values("pk")
    return OrderSet.objects.filter(pk__in=last, is_withdrawn=False).select_related("department").order_by("name")


def offered(encounter) -> list[OrderSet]:
    """Sets for this stay or visit: of its department or of none, for a diagnosis of the patient or for any. Two queries."""
    codes = [
        code.upper()
        for code in Condition.objects.live()
        .filter(patient=encounter.patient_id, ended_at__isnull=True)
        .exclude(code="")
        .values_list("code", flat=True)
    ]
    rows = newest().filter(department__isnull=True) | newest().filter(department=encounter.department_id)
    return [row for row in rows if not row.conditions or any(code.startswith(tuple(row.conditions)) for code in codes)]


def is_newest(order_set) -> bool:
    """Is there no later version of it, and is it not withdrawn?"""
    return not order_set.is_withdrawn and not OrderSet.objects.filter(code=order_set.code, version__gt=order_set.version).exists()


def with_lines(set_id) -> OrderSet | None:
    """The version with its lines and their products. Two queries."""
    return OrderSet.objects.filter(pk=set_id).prefetch_related("lines__medication").first()


def versions(code):
    """All versions of a set, the newest first."""
    return OrderSet.objects.filter(code=code).select_related("published_by").order_by("-version")


def deviations(order_set):
    """Uses of this version that left something out, with the reason kept, newest first."""
    return order_set.uses.exclude(left_out=[]).select_related("recorded_by").order_by("-recorded_at")
