"""Results as doses by scale need them; this app puts itself in there (see `apps`)."""

from django.db.models import F, Q

from orders.laboratory.models import LabResult


def last_value(patient_id, codes, unit, at):
    """The last released result of these LOINC codes in this unit, or in the test's own one: (value, found_at, row id), or None.
    One query.

    A result in the usual unit of its test is told in the test's SI unit by the factor of the catalogue.
    """
    converted = Q(unit=F("test__unit"), test__si_unit=unit, test__si_factor__isnull=False)
    row = (
        LabResult.objects.live()
        .filter(Q(unit=unit) | converted, patient=patient_id, test__loinc__in=codes, value__isnull=False, comparator="")
        .filter(released_at__isnull=False, found_at__lte=at)
        .order_by("-found_at")
        .values_list("value", "found_at", "pk", "unit", "test__si_factor")
        .first()
    )
    if row is None:
        return None
    value, found_at, pk, told_in, factor = row
    return (value if told_in == unit else round(value * factor, 2)), found_at, pk
