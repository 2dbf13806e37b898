"""The catalogue and its dated ranges."""
from decimal import Decimal

import pytest

from emr import clock
from emr.errors import NotPermitted
from orders.laboratory import errors
from orders.laboratory.actions.lab_test import add_test, load_catalogue, set_range
from orders.laboratory.models import LabPanel, LabTest, ReferenceRange
from tests.factories import make_staff, make_system
from tests.laboratory.factories import make_catalogue, make_lab

pytestmark = pytest.mark.django_db


def test_the_catalogue_is_loaded_once():
    load_catalogue(by=make_system())
    counts = LabTest.objects.count(), LabPanel.objects.count(), ReferenceRange.objects.count()
    assert counts == (88, 8, 64)
    load_catalogue(by=make_staff("admin"))
    assert (LabTest.objects.count(), LabPanel.objects.count(), ReferenceRange.objects.count()) == counts


def test_no_name_belongs_to_two_tests_and_every_range_is_in_the_tests_unit():
    make_catalogue()
    names = [name for test in LabTest.objects.all() for name in test.known_as]
    assert len(names) == len(set(names))
    assert all(one.unit == one.test.unit for one in ReferenceRange.objects.select_related("test"))
    assert all(test.source for test in LabTest.objects.all()) and all(one.source for one in ReferenceRange.objects.all())


def test_a_name_that_is_taken_is_refused():
    make_catalogue()
    with pytest.raises(errors.NameTaken) as raised:
        add_test(by=make_lab(), key="kalium", name="Kalium", aliases=["K-stat"])
    assert raised.value.code == "laboratory.name_taken" and not LabTest.objects.filter(key="kalium").exists()
    assert add_test(by=make_lab(), key="kalium", name="Kalium").known_as == ["kalium"]


def test_a_new_range_ends_the_former_one_and_takes_any_possible_unit():
    make_catalogue()
    test, lab = LabTest.objects.get(key="Hb"), make_lab()
    new = set_range(test, by=lab, sex="male", age_from_days=6574, low="130", high="170", unit="g/L", source="Our own")
    assert (new.low, new.high, new.unit) == (Decimal(13), Decimal(17), "g/dL")
    assert ReferenceRange.objects.get(test=test, sex="male", valid_from__lt=clock.today()).valid_until == clock.today()


def test_a_range_upside_down_is_refused():
    make_catalogue()
    before = ReferenceRange.objects.count()
    with pytest.raises(errors.RangeUpsideDown):
        set_range(LabTest.objects.get(key="Hb"), by=make_lab(), low="17", high="13", source="Our own")
    assert ReferenceRange.objects.count() == before


def test_the_ward_does_not_change_the_catalogue():
    make_catalogue()
    with pytest.raises(NotPermitted):
        add_test(by=make_staff("ward_doctor"), key="x", name="X")
    assert LabTest.objects.count() == 88
