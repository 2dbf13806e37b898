"""Pay grades of staff, from a day on; their minutes are charged at the grade's rate."""
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.actions.dated import make_room
from billing.actions.ledger import lock_ledger
from billing.errors import GradeOverlaps
from billing.models import StaffGrade
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits


@act("billing.set_grade")
def set_grade(staff, *, by, grade, valid_from):
    """Give somebody a pay grade from a day on; the grade before ends there. Raises GradeOverlaps."""
    person = Staff.objects.filter(pk=getattr(staff, "pk", staff)).first()
    if person is None:
        raise NotFound()
    grade = (grade or "").strip()
    if not grade:
        raise Malformed(problem="grade: a code is needed")
    fits(StaffGrade, grade=grade)
    lock_ledger()
    if not make_room(StaffGrade.objects.filter(staff=person), valid_from):
        raise GradeOverlaps(staff=person.short_name)
    row = StaffGrade.objects.create(staff=person, grade=grade, valid=DateRange(valid_from, None))
    record(row, staff=str(person.pk), grade=grade, valid_from=valid_from.isoformat())
    return row
