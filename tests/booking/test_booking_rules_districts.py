"""The doctor of the patient's district (spec booking 9, R69-R71), streets and their names (R50), permissions (R46)."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry, PatientAddress
from outpatient.actions.card import open_card, renew_permission
from outpatient.booking import errors_at_home as errors
from outpatient.booking.actions import district as acts
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.models import DistrictDoctor, DistrictRule
from outpatient.booking.queries.district import is_configured
from outpatient.booking.rules.district import Address, district_doctor, other_district, who_lives_there
from outpatient.booking.rules.houses import Rule, district_at, houses_problem, precision
from outpatient.errors import PermissionInPast
from outpatient.models import District
from outpatient.queries.card import permissions_ending
from tests.booking.factories import make_attached, make_card, make_polyclinic, make_reception, make_specialty, signed_in
from tests.factories import make_patient, make_staff


@pytest.mark.parametrize(("spec", "house", "closeness"), [
    ("2-48 even", "2", 2), ("2–48 even", "48Б", 2), ("2-48 even", "3", 0), ("2-48 even", "50", 0), ("2-48 чёт", "10", 2),
    ("1-9 odd", "9/2", 2),
    ("1-9 неч.", "8", 0), ("17A", "17а", 3), ("17A", "17", 0), ("17", "17А", 0), ("51-", "120", 2), ("51+", "50", 0),
    ("", "1", 1), ("", "17А", 1),
    ("2-48 even, 17A", "17 А", 3), ("even", "8", 2), ("1-20", "д. 7 корп. 2", 2), ("17/2", "17 корп. 2", 3),
    ("1-5", "", 0), ("", "", 1),
])
def test_r70_a_list_of_houses_has_ranges_parity_and_letters(spec, house, closeness):
    assert houses_problem(spec) is None
    assert precision(spec, house) == closeness


@pytest.mark.parametrize("spec", ["about 5", "48-2", "even odd", "a", "2-48 evn", "1,,x", "?"])
def test_r70_what_is_no_list_of_houses_is_named(spec):
    assert houses_problem(spec)


def at(street, house, settlement="Минск"):
    return Address(settlement, street, house)


RULES = [Rule(1, "A", "Минск", ("ул. Ленина",), "2-48 even"), Rule(2, "B", "Минск", ("ул. Ленина",), "1-47 odd"),
         Rule(3, "C", "Минск", ("ул. Ленина",), "17А"), Rule(4, "D", "Минск", ("1-й пер. Строителей",), ""),
         Rule(5, "E", "Минск", ("3-й пер. Строителей",), ""), Rule(6, "F", "Минск", ("пр. Победителей", "пр. Машерова"), ""),
         Rule(7, "G", "Дубовляны", (), ""), Rule(8, "H", "Минск", ("ул. Мира",), "1-10"),
         Rule(9, "I", "Минск", ("ул. Мира",), "5-20")]


@pytest.mark.parametrize(("address", "district"), [
    (at("Ленина", "4"), "A"), (at("улица Ленина", "17"), "B"), (at("Ленина", "17а"), "C"), (at("Ленина", "50"), None),
    (at("1-й пер. Строителей", "3"), "D"), (at("3-й переулок Строителей", "3"), "E"), (at("Строителей", "3"), None),
    (at("Машерова", "8"), "F"), (at("", "12", "д. Дубовляны"), "G"), (at("Мира", "3"), "H"), (at("Мира", "7"), None),
    (at("Ленина", "4", "Брест"), None), (at("Кирова", "4"), None),
])
def test_r70_a_house_belongs_to_one_district_or_is_not_determined(address, district):
    assert district_at(address, RULES) == district
    assert district_at(address, list(reversed(RULES))) == district


@pytest.fixture
def town(db):
    class Town:
        department, doctor, clerk = make_polyclinic()
        therapist = make_specialty("therapist", by_district=True)
        other_doctor = make_staff("ward_doctor", department=department)
        street = acts.add_street(by=clerk, settlement="Минск", name="пр. Победителей", former_names=["пр. Машерова"])
        first = acts.set_up_district(by=clerk, department=department, code="1")
        second = acts.set_up_district(by=clerk, department=department, code="2")

        def split(self):
            acts.add_district_rule(by=self.clerk, district=self.first, street=self.street, houses="2-48 even")
            acts.add_district_rule(by=self.clerk, district=self.second, street=self.street, houses="1-47 odd")
            for district, doctor in ((self.first, self.doctor), (self.second, self.other_doctor)):
                acts.appoint_district_doctor(by=self.clerk, district=district, specialty=self.therapist, doctor=doctor)

    return Town()


def living(house, street="Машерова", **values):
    patient = make_attached(**values)
    PatientAddress.objects.create(patient=patient, city="г. Минск", street=street, house=house, flat="1")
    return patient


def test_r69_the_district_doctor_is_found_by_the_address_in_few_queries(town):
    town.split()
    patient = living("12")
    with CaptureQueriesContext(connection) as queries:
        found = district_doctor(patient, town.therapist)
    assert (found.doctor, found.district) == (town.doctor, town.first) and len(queries) <= 3
    assert district_doctor(living("13"), town.therapist).doctor == town.other_doctor


def test_r69_only_for_specialties_with_districts(town):
    town.split()
    surgeon = make_specialty("surgeon")
    assert district_doctor(living("12"), surgeon) is None and not is_configured(surgeon)
    with pytest.raises(errors.NotADistrictSpecialty):
        acts.appoint_district_doctor(by=town.clerk, district=town.first, specialty=surgeon, doctor=town.doctor)


def test_r70_where_nothing_is_configured_nobody_is_offered(town, client):
    assert not is_configured(town.therapist) and district_doctor(living("12"), town.therapist) is None
    page = signed_in(client, town.clerk).get(reverse("booking:districts")).content.decode()
    assert "Districts are not configured" in page
    town.split()
    assert is_configured(town.therapist)
    assert "Districts are not configured" not in client.get(reverse("booking:districts")).content.decode()


def test_r70_an_address_without_a_rule_is_not_determined(town):
    town.split()
    for patient in (living("60"), living("12", street="Кирова"), make_attached()):
        assert district_doctor(patient, town.therapist) is None


def test_r70_a_deputy_receives_during_leave_and_the_doctor_after_it(town):
    town.split()
    today = clock.today()
    last = today + dt.timedelta(days=6)
    deputy = make_staff("ward_doctor", department=town.department)
    with pytest.raises(errors.DeputyNeedsLastDay):
        acts.appoint_district_doctor(by=town.clerk, district=town.first, specialty=town.therapist, doctor=deputy, is_deputy=True)
    acts.appoint_district_doctor(by=town.clerk, district=town.first, specialty=town.therapist, doctor=deputy,
                                 is_deputy=True, until=last)
    patient = living("12")
    found = district_doctor(patient, town.therapist)
    assert (found.doctor, found.stands_in_for) == (deputy, town.doctor)
    assert district_doctor(patient, town.therapist, last).doctor == deputy
    assert district_doctor(patient, town.therapist, last + dt.timedelta(days=1)).doctor == town.doctor


def test_r69_a_new_doctor_ends_the_earlier_one_s_term_on_the_eve(town):
    town.split()
    day = clock.today() + dt.timedelta(days=10)
    acts.appoint_district_doctor(by=town.clerk, district=town.first, specialty=town.therapist,
                                 doctor=town.other_doctor, since=day)
    patient = living("12")
    assert district_doctor(patient, town.therapist, day - dt.timedelta(days=1)).doctor == town.doctor
    assert district_doctor(patient, town.therapist, day).doctor == town.other_doctor
    before = DistrictDoctor.objects.count()
    with pytest.raises(errors.DistrictHasDoctor):
        acts.appoint_district_doctor(by=town.clerk, district=town.first, specialty=town.therapist, doctor=town.doctor, since=day)
    assert DistrictDoctor.objects.count() == before


def test_r50_a_renamed_street_keeps_its_districts_and_its_old_name(town):
    town.split()
    acts.rename_street(town.street, by=town.clerk, name="пр. Новый")
    for street in ("Машерова", "Победителей", "Новый"):
        assert district_doctor(living("12", street=street), town.therapist).district == town.first
    with pytest.raises(errors.StreetIsThere):
        acts.add_street(by=town.clerk, settlement="Минск", name="пр. Новый")


def test_r70_unreadable_houses_are_refused_and_an_ended_rule_names_nobody(town):
    before = JournalEntry.objects.count()
    with pytest.raises(errors.HousesUnreadable) as caught:
        acts.add_district_rule(by=town.clerk, district=town.first, street=town.street, houses="2-8, somewhere")
    assert "somewhere" in str(caught.value) and not DistrictRule.objects.exists() and JournalEntry.objects.count() == before
    town.split()
    acts.end_district_rule(DistrictRule.objects.get(district=town.first), by=town.clerk)
    assert district_doctor(living("12"), town.therapist) is None
    with pytest.raises(errors.RuleHasEnded):
        acts.end_district_rule(DistrictRule.objects.get(district=town.first), by=town.clerk)


def test_r70_before_a_rule_is_added_one_sees_who_lives_there(town, client):
    here, _there, _elsewhere = living("12"), living("13"), living("12", street="Кирова")
    assert [home.patient for home in who_lives_there(town.street, "2-48 even")] == [here]
    data = {"district": town.first.pk, "street": town.street.pk, "houses": "2-48 even",
            "request_key": "0198c000-0000-7000-8000-000000000001"}
    page = signed_in(client, town.clerk).post(reverse("booking:add_district_rule"), data)
    assert here.family in page.content.decode() and not DistrictRule.objects.exists()
    assert client.post(reverse("booking:add_district_rule"), data | {"confirmed": "1"}).status_code == 302
    rule = DistrictRule.objects.get()
    assert here.family in client.get(reverse("booking:district_rule", args=[rule.pk])).content.decode()
    assert client.post(reverse("booking:add_district_rule"), data | {"houses": "everywhere"}).status_code == 422


def test_r71_at_another_district_s_therapist_the_nurse_is_warned(town, client):
    town.split()
    patient = living("12")
    own, other = (make_reception(doctor, specialty=town.therapist) for doctor in (town.doctor, town.other_doctor))
    assert other_district(patient, own) == ""
    assert "district 1" in other_district(patient, other) and town.doctor.short_name in other_district(patient, other)
    booking = book_coupon(other.coupons.first(), patient, by=town.clerk)
    assert "district 1" in signed_in(client, town.clerk).get(reverse("booking:booking", args=[booking.pk])).content.decode()
    assert other_district(living("60"), other) == "", "not determined: no warning"
    surgeon = make_reception(make_staff("ward_doctor", department=town.department), specialty=make_specialty("surgeon"))
    assert other_district(patient, surgeon) == ""


def test_r46_a_permission_is_opened_renewed_and_listed_before_it_ends(db, client):
    _department, _doctor, clerk = make_polyclinic()
    today = clock.today()
    card = open_card(make_patient(), by=clerk, valid_until=today + dt.timedelta(days=20))
    make_card(make_patient()), make_card(make_patient(), valid_until=today + dt.timedelta(days=31))
    assert list(permissions_ending()) == [card]
    page = signed_in(client, clerk).get(reverse("outpatient:permissions")).content.decode()
    assert card.patient.family in page
    with pytest.raises(PermissionInPast):
        renew_permission(card, by=clerk, valid_until=today - dt.timedelta(days=1))
    renew_permission(card, by=clerk, valid_until=today + dt.timedelta(days=365))
    assert not permissions_ending().exists()
    assert renew_permission(card, by=clerk).valid_until is None


@pytest.mark.django_db
def test_the_pages_of_districts_ask_few_queries(town, client, django_assert_max_num_queries):
    town.split()
    for _number in range(5):
        living("12")
    signed_in(client, town.clerk)
    assert District.objects.count() == 2
    for name in ("booking:districts", "booking:streets", "booking:duplicates", "outpatient:permissions"):
        with django_assert_max_num_queries(24):
            assert client.get(reverse(name)).status_code == 200
