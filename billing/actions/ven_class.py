"""The institution's VEN list: loaded whole, from a day on; the list before ends there."""
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.actions.ledger import lock_ledger
from billing.errors import GroupFileWrong, VenOverlaps
from billing.models import VenClass
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits
from orders.models import Medication


@act("billing.load_ven")
def load_ven(*, by, classes, source, valid_from):
    """Load the VEN list that holds from a day on: (product code, V, E or N). Raises GroupFileWrong, VenOverlaps."""
    source = (source or "").strip()
    if not source:
        raise Malformed(problem="source: the order that approved the list is needed")
    fits(VenClass, source=source)
    classes, seen = list(classes), {}
    known = set(Medication.objects.filter(code__in=[code for code, _ven in classes]).values_list("code", flat=True))
    for n, (code, ven) in enumerate(classes, 2):
        if code not in known or ven not in VenClass.Ven.values or seen.setdefault(code, n) != n:
            raise GroupFileWrong(line=n, problem=f"{code!r}, {ven!r}: a product of the formulary, once, and V, E or N are needed")
    if not classes:
        raise GroupFileWrong(line=1, problem="it holds no drug")
    lock_ledger()
    for row in VenClass.objects.select_for_update(no_key=True).filter(valid__upper_inf=True, valid__startswith__lt=valid_from):
        row.valid = DateRange(row.valid.lower, valid_from)
        row.save(update_fields=["valid"])
    if VenClass.objects.filter(valid__overlap=DateRange(valid_from, None)).exists():
        raise VenOverlaps()
    VenClass.objects.bulk_create([VenClass(code=code, ven=ven, source=source, valid=DateRange(valid_from, None))
                                  for code, ven in classes],
                                 batch_size=1000)
    about = VenClass.objects.filter(valid__upper_inf=True).order_by("code").first()
    record(about, drugs=len(classes), source=source, valid_from=valid_from.isoformat())
    return about
