"""A released result of the laboratory counts for a dose by scale, when it is the newest."""
from decimal import Decimal

import pytest

from emr import clock
from orders.actions.service_request import request_service
from orders.laboratory.actions.lab_result import record_result
from orders.queries import scale
from tests.factories import make_staff
from tests.laboratory.factories import make_catalogue
from tests.orders.factories import HOUR, make_ward

pytestmark = pytest.mark.django_db
TABLE = {"code": "14743-9", "unit": "mmol/L"}


def test_the_newest_value_counts_wherever_it_was_found():
    doctor, stay = make_ward()
    assert scale.last(stay.patient_id, TABLE, clock.now()) is None
    make_catalogue()
    asked = request_service(stay, by=doctor, category="laboratory", text="Glucose", code="2345-7", system="http://loinc.org")
    result = record_result(asked, by=make_staff("lab"), value=Decimal("180"), unit="mg/dL")
    found = scale.last(stay.patient_id, TABLE, clock.now())
    assert (found.value, found.row) == (Decimal("9.99"), result.pk)
    assert scale.last(stay.patient_id, TABLE, result.found_at - HOUR) is None
    assert scale.last(stay.patient_id, TABLE | {"unit": "g/L"}, clock.now()) is None
