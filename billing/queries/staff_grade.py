"""Pay grades of staff."""
from billing.models import StaffGrade


def listed(actor=None):
    """Grades by person, the newest first."""
    return StaffGrade.objects.select_related("staff").order_by("staff__family", "staff__given", "-valid")
