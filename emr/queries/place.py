"""Departments with their wards, rooms and beds."""
from django.db.models import Count

from emr.errors import NotFound
from emr.models import Department


def tree():
    """Departments of our institution by name, with how many wards and beds each has."""
    return Department.objects.filter(institution__is_ours=True).annotate(
        ward_count=Count("wards", distinct=True), bed_count=Count("wards__rooms__beds", distinct=True)).order_by("name")


def department(department_id) -> Department:
    """One department with wards, rooms and beds, four queries whatever its size. Raises NotFound."""
    row = Department.objects.filter(pk=department_id).prefetch_related("wards__rooms__beds").first()
    if row is None:
        raise NotFound()
    return row
