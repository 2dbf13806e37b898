"""Who is at the form (spec booking 6, R41-R54): matching, one answer for every miss, tries that are counted."""
import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.actions.patient_details import refresh
from emr.errors import NotFound
from emr.models import JournalEntry, PatientAddress, PatientContact, PatientIdentifier
from orders.actions.service_request import cancel_request, request_service
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.identification import find_by_code, identify_visitor, settle_duplicate
from outpatient.booking.models import Booking, DuplicateReport, Street, Throttle
from outpatient.booking.queries.identification import duplicate_reports
from outpatient.booking.rules import identification as rules
from outpatient.booking.rules.code import new_code, referral_number
from outpatient.booking.rules.throttle import FREE, MOST, network_of, wait_after
from outpatient.models import Card
from tests.booking.factories import make_card, make_polyclinic, make_reception, make_setting, make_specialty, signed_in
from tests.factories import make_encounter, make_institution, make_patient, make_staff, make_system
from tests.races import at_once

HOME = {"city": "Минск", "street": "пр-т Г. Звезда", "house": "17А", "flat": "12"}
FORM = {"family": "Иванова", "initials": "А.П.", "birth_date": "01.02.1990", "settlement": "г. Минск", "street": "Звезда",
        "house": "17а", "flat": "12"}


def attached(given="Анна", patronymic="Петровна", family="Иванова", born=dt.date(1990, 2, 1), home=None, **card):
    patient = make_patient(family=family, given=given, patronymic=patronymic, birth_date=born)
    PatientAddress.objects.create(patient=patient, **HOME | (home or {}))
    refresh(patient)
    make_card(patient, **card)
    return patient


def identify(**changes):
    return identify_visitor(by=make_system(), **FORM | changes)


def not_found(**changes):
    with pytest.raises(errors.NotFoundInFile) as caught:
        identify(**changes)
    return str(caught.value)


@pytest.mark.parametrize(("entered", "stored"), [
    ("Звезда", "пр-т Г. Звезда"), ("Газета Звезда", "пр-т Г. Звезда"), ("Колас", "Коласа Якуба"),
    ("Строителей", "3-й пер. Строителей"),
    ("Победы", "50 лет Победы"), ("героев", "Героев 120-й дивизии"), ("дивизии", "Героев 120-й дивизии"),
    ("ул. Я. Коласа", "Якуба Коласа"),
    ("Краснозвёздная", "ул. Краснозвездная"), ("«Партизанский»", "Партизанский проспект"), ("вул. Леніна", "улица Ленина"),
    ("Zvezda", "Звезда"), ("бульвар Мулявина", "б-р Мулявина"), ("красно-звёздная", "ул. Красно Звездная"),
])
def test_r43_one_keyword_of_the_street_is_enough(entered, stored):
    assert rules.same_street(entered, stored)


@pytest.mark.parametrize(("entered", "stored"), [
    ("улица", "улица Ленина"), ("3-й переулок", "3-й пер. Строителей"), ("Г.", "пр-т Г. Звезда"),
    ("60 лет Октября", "50 лет Победы"),
    ("Победителей", "Победы"), ("Пушкинская", "Ленинская"), ("Мира", "Миронова"), ("", "Ленина"), ("120", "Героев 120-й дивизии"),
    ("Лен", "Ленина"),
])
def test_r43_type_words_ordinals_initials_and_short_beginnings_are_no_keywords(entered, stored):
    assert not rules.same_street(entered, stored)


@pytest.mark.parametrize(("one", "other"), [
    ("17А", "17a"), ("17 а", "д. 17-А"), ("17/2", "17 корп. 2"), ("17к2", "17-2"), ("кв. 12", "12"), ("012", "12"), ("", " "),
    ("5Б", "5 б"),
])
def test_r41_a_house_and_a_flat_are_the_same_however_they_are_written(one, other):
    assert rules.house_of(one) == rules.house_of(other)


@pytest.mark.parametrize(("one", "other"), [("17", "17А"), ("17/1", "17/2"), ("1", "11"), ("12", ""), ("17А", "17Б")])
def test_r41_another_house_is_another_house(one, other):
    assert rules.house_of(one) != rules.house_of(other)


@pytest.mark.parametrize(("line", "parts"), [
    ("завулак Кабушкіна, 107-3", ("завулак Кабушкіна", "107", "3")), ("ул. Ленина, д. 5А, кв. 12", ("ул. Ленина", "5А", "12")),
    ("ул. Ленина 5", ("ул. Ленина", "5", "")), ("ул. 50 лет Победы, 7/2-14", ("ул. 50 лет Победы", "7/2", "14")),
    ("Кирова", ("Кирова", "", "")), ("ул. Героев 120-й дивизии", ("ул. Героев 120-й дивизии", "", "")), ("", ("", "", "")),
])
def test_r41_an_address_that_came_in_one_line_is_taken_apart(line, parts):
    assert rules.parts_of(line, "", "") == parts
    assert rules.parts_of(line, "1", "2") == (line, "1", "2")


def test_r47_a_birth_date_is_typed_day_first_or_picked():
    for text in ("01.02.1990", "1.2.1990", "1990-02-01", "01/02/1990", dt.date(1990, 2, 1)):
        assert rules.birth_date_of(text) == dt.date(1990, 2, 1)
    for text in ("29.02.2023", "1990", "", None, "31.04.2000", "a.b.c"):
        assert rules.birth_date_of(text) is None


@pytest.mark.django_db
def test_r41_all_requisites_together_find_one_record():
    patient = attached()
    assert identify() == patient
    assert identify(family="ИВАНОВА", initials="ап", street="Газета Звезда", house="д. 17-А", settlement="Минск") == patient
    assert JournalEntry.objects.filter(act="booking.identify_visitor", patient=patient).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"family": "Иванов"}, {"initials": "А"}, {"initials": "ПА"}, {"birth_date": "02.02.1990"},
                                    {"street": "Ленина"},
                                    {"house": "17"}, {"flat": "13"}, {"flat": ""}, {"settlement": "Брест"},
                                    {"given": "Алла", "patronymic": "Петровна"}])
def test_r41_r42_any_requisite_that_differs_gives_the_same_neutral_answer(change):
    attached()
    neutral = not_found(family="Никто")
    before = JournalEntry.objects.count()
    assert not_found(**change) == neutral
    assert JournalEntry.objects.count() == before


@pytest.mark.django_db
def test_r42_the_answer_names_three_causes_and_no_field():
    text = not_found()
    assert "mistyped" in text and "not registered here" in text and "record has an error" in text


@pytest.mark.django_db
def test_r41_what_is_missing_is_told_by_the_form_alone_and_costs_no_try():
    for change in ({"family": ""}, {"initials": ""}, {"settlement": ""}, {"street": ""}, {"house": ""}):
        with pytest.raises(errors.RequisitesMissing) as caught:
            identify(**change)
        assert caught.value.data["fields"] == list(change)
    with pytest.raises(errors.BirthDateUnreadable):
        identify(birth_date="29.02.2023")
    assert not Throttle.objects.exists()


@pytest.mark.django_db
def test_r44_twins_are_asked_for_their_full_names():
    anna, _alisa = attached("Анна"), attached("Алиса")
    with pytest.raises(errors.WidenNames):
        identify()
    assert identify(given="Анна", patronymic="Петровна") == anna
    assert not DuplicateReport.objects.exists()


@pytest.mark.django_db
def test_r44_records_that_nothing_tells_apart_become_one_report_to_the_registry():
    one, other = attached(), attached()
    for _time in range(2):
        with pytest.raises(errors.RecordIsDuplicated) as caught:
            identify(given="Анна", patronymic="Петровна")
    assert not caught.value.data and "registry" in str(caught.value)
    report = duplicate_reports().get()
    assert {report.one, report.other} == {one, other}
    clerk = make_staff("registrar")
    assert settle_duplicate(report, by=clerk, reason="cousins of one name").settled_by == clerk
    assert not duplicate_reports().exists()
    with pytest.raises(errors.DuplicateIsSettled):
        settle_duplicate(report, by=clerk, reason="again")


@pytest.mark.django_db
def test_r45_retired_records_are_left_out_of_the_search():
    live, retired, joined = attached(), attached(), attached()
    Card.objects.filter(patient=retired).update(closed_at=clock.now())
    joined.merged_into = live
    joined.save()
    assert identify() == live


@pytest.mark.django_db
def test_r46_a_permission_is_good_until_its_last_day():
    patient = attached(valid_until=dt.date(2027, 3, 31))
    with clock.at(clock.start_of(dt.date(2027, 4, 1)) - dt.timedelta(seconds=1)):
        assert identify() == patient
    with clock.at(clock.start_of(dt.date(2027, 4, 1))):
        not_found()


@pytest.mark.django_db
def test_r10_without_a_card_nobody_is_found():
    Card.objects.filter(patient=attached()).update(closed_at=clock.now())
    not_found()


@pytest.mark.django_db
def test_r48_a_village_without_streets_asks_for_none():
    Street.objects.create(settlement="Дубовляны", no_streets=True)
    patient = attached(home={"city": "д. Дубовляны", "street": ""})
    assert identify(settlement="Дубовляны", street="") == patient
    with pytest.raises(errors.RequisitesMissing):
        identify(settlement="Боровляны", street="")


@pytest.mark.django_db
def test_r50_a_renamed_street_is_found_under_either_name_whichever_is_stored():
    Street.objects.create(settlement="Минск", name="проспект Победителей", former_names=["пр. Машерова"])
    old, new = attached(home={"street": "пр-т Машерова", "flat": "1"}), attached(home={"street": "Победителей", "flat": "2"})
    for entered in ("Машерова", "Победителей"):
        assert (identify(street=entered, flat="1"), identify(street=entered, flat="2")) == (old, new)
    not_found(street="Победы", flat="1")


@pytest.mark.django_db
def test_r51_a_student_is_found_by_full_names_and_birth_date():
    make_setting(identification="short")
    patient = attached()
    asked = {"initials": "", "settlement": "", "street": "", "house": "", "flat": ""}
    assert identify(**asked, given="Анна", patronymic="Петровна") == patient
    not_found(**asked, given="Алла", patronymic="Петровна")
    attached(home={"house": "5"})
    with pytest.raises(errors.RecordIsDuplicated):
        identify(**asked, given="Анна", patronymic="Петровна")


@pytest.mark.django_db
@pytest.mark.parametrize(("factor", "right"), [("card", "C"), ("phone", "4567"), ("policy", "AB 123-45")])
def test_r51_r54_a_second_proof_is_asked_where_the_institution_wants_it(factor, right):
    patient = attached()
    PatientContact.objects.create(patient=patient, kind="phone", value="+375291234567")
    PatientIdentifier.objects.create(patient=patient, system="urn:policy", value="AB12345", kind="policy")
    assert identify() == patient, "off by default"
    make_setting(second_factor=factor)
    with pytest.raises(errors.RequisitesMissing):
        identify()
    not_found(factor="1111")
    assert identify(factor=right + patient.number if factor == "card" else right) == patient


@pytest.mark.django_db
def test_r53_the_form_is_no_oracle_same_words_same_status_same_queries():
    attached(), attached(family="Петрова", valid_until=dt.date(2020, 1, 1))
    make_system()
    seen = []
    for family, flat in (("Иванова", "99"), ("Петрова", "12"), ("Сидорова", "12")):
        with CaptureQueriesContext(connection, ) as queries, pytest.raises(errors.NotFoundInFile) as caught:
            identify_visitor(by=make_system(), **FORM | {"family": family, "flat": flat},
                             address_of_client=f"192.0.2.{len(seen)}")
        seen.append((caught.value.code, caught.value.status, str(caught.value), caught.value.data, len(queries)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][-1] <= 6


@pytest.fixture
def centre():
    """A consulting centre: somebody without a card, born on the day of FORM, with a referral to its cardiologist."""
    make_setting(population="referral"), make_specialty("cardiologist", needs_referral=True)
    patient = make_patient(birth_date=dt.date(1990, 2, 1))
    referral = request_service(make_encounter(patient=patient, kind="AMB"), category="referral", text="cardiologist",
                               code="cardiologist", system="urn:specialty", by=make_system())
    return SimpleNamespace(patient=patient, referral=referral, number=referral_number(referral.pk))


def by_number(number, born="01.02.1990", address="192.0.2.1"):
    return identify_visitor(referral=number, birth_date=born, by=make_system(), address_of_client=address)


@pytest.mark.django_db
def test_r101_a_consulting_centre_knows_a_patient_by_the_number_of_his_referral_and_his_birth_date(centre):
    assert len(centre.number) == 10 and by_number(f" {centre.number[:5].lower()}-{centre.number[5:]} ") == centre.patient
    assert JournalEntry.objects.filter(act="booking.identify_visitor", patient=centre.patient).count() == 1
    with pytest.raises(errors.RequisitesMissing):
        by_number("ABC")
    cancel_request(centre.referral, by=make_system(), reason="withdrawn")
    with pytest.raises(errors.NotFoundInFile):
        by_number(centre.number)


@pytest.mark.django_db
def test_r101_a_wrong_number_a_wrong_day_and_a_day_on_which_nobody_was_born_get_one_answer_for_the_same_work(centre):
    make_system()
    seen = []
    for place, (number, born) in enumerate([("A" * 10, "01.02.1990"), (centre.number, "02.02.1990"), (new_code(), "03.03.1933")]):
        with CaptureQueriesContext(connection) as queries, pytest.raises(errors.NotFoundInFile) as caught:
            by_number(number, born, f"192.0.2.{place}")
        seen.append((caught.value.code, caught.value.status, str(caught.value), caught.value.data, len(queries)))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.django_db
def test_r101_tries_count_for_a_number_whoever_asks_and_for_a_client_whatever_he_asks(centre):
    with clock.at(clock.now()):
        for day in range(FREE):
            with pytest.raises(errors.NotFoundInFile):
                by_number(centre.number, f"1{day}.02.1990", f"192.0.2.{day}")
        with pytest.raises(errors.TooManyTries):
            by_number(centre.number, address="192.0.2.99")
        for _try in range(FREE):
            with pytest.raises(errors.NotFoundInFile):
                by_number(new_code(), address="192.0.2.77")
        with pytest.raises(errors.TooManyTries):
            by_number(new_code(), address="192.0.2.77")


@pytest.mark.django_db
def test_r101_the_pages_ask_for_number_and_day_and_answer_everybody_alike(centre, client):
    make_institution()
    page = client.get(reverse("polyclinic:identify")).content.decode()
    assert 'name="referral"' in page and 'name="birth_date"' in page
    assert 'name="family"' not in page and 'name="house"' not in page
    seen = []
    for place, (number, born) in enumerate([(new_code(), "01.02.1990"), (centre.number, "02.02.1990")]):
        answer = type(client)().post(reverse("polyclinic:identify"), {"referral": number, "birth_date": born},
                                     REMOTE_ADDR=f"192.0.2.{place}")
        seen.append((answer.status_code, sorted(answer.headers), sorted(answer.cookies), len(answer.content)))
    assert seen[0] == seen[1] and seen[0][0] == 422
    found = client.post(reverse("polyclinic:identify"), {"referral": centre.number, "birth_date": "01.02.1990"})
    assert found.url == reverse("polyclinic:mine") and client.session["visitor"] == str(centre.patient.pk)
    kiosk = signed_in(type(client)(), make_staff("kiosk"))
    asked = reverse("booking:kiosk_identify") + "?next=mine"
    assert kiosk.post(asked, {"referral": centre.number, "birth_date": "01.02.1990"}).url == reverse("booking:kiosk_mine")


@pytest.mark.django_db
def test_r53_after_five_misses_the_next_try_waits_and_after_fifty_it_is_locked_for_an_hour():
    patient = attached()
    moment = clock.now()
    for _miss in range(FREE):
        with clock.at(moment):
            not_found(flat="1")
    with clock.at(moment), pytest.raises(errors.TooManyTries) as caught:
        identify()
    assert caught.value.status == 429 and caught.value.data == {"seconds": 1}
    for miss in range(FREE, MOST):
        moment += wait_after(miss)
        with clock.at(moment):
            not_found(flat=f"9{miss}")
    lock = JournalEntry.objects.get(act="booking.note_lock")
    assert lock.patient is None and lock.data["kind"] == "person" and "ванова" not in str(lock.data).lower()
    with clock.at(moment + dt.timedelta(minutes=59)), pytest.raises(errors.TooManyTries):
        identify()
    with clock.at(moment + dt.timedelta(minutes=61)):
        assert identify() == patient


@pytest.mark.django_db
def test_r53_a_person_who_does_not_exist_is_locked_in_the_same_way():
    answers = []
    attached()
    for family in ("Иванова", "Никто"):
        with clock.at(clock.now()):
            for _miss in range(FREE):
                not_found(family=family, flat="1")
            with pytest.raises(errors.TooManyTries) as caught, CaptureQueriesContext(connection) as queries:
                identify(family=family, flat="1")
        answers.append((caught.value.data, str(caught.value), len(queries)))
    assert answers[0] == answers[1]


@pytest.mark.django_db
def test_r53_one_client_who_asks_for_many_people_is_slowed_down_too():
    with clock.at(clock.now()):
        for number in range(FREE):
            not_found(family=f"Имя{number}", address_of_client="2001:db8:1:2::1")
        with pytest.raises(errors.TooManyTries):
            identify(family="Другой", address_of_client="2001:db8:1:2:ffff::9")
        not_found(family="Другой", address_of_client="2001:db8:1:3::1")
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert not any("Имя" in row.key or "2001" in row.key for row in Throttle.objects.all())


@pytest.mark.django_db
def test_r53_who_finds_himself_is_not_counted():
    patient = attached()
    with clock.at(clock.now()):
        for _time in range(2 * FREE):
            assert identify(address_of_client="192.0.2.1") == patient


@pytest.mark.django_db(transaction=True)
def test_r53_tries_at_the_same_moment_are_all_counted():
    make_system()
    moment = clock.now()

    def one():
        with clock.at(moment):
            return identify()

    answers = [answer.code for answer in at_once(*[one] * 16)]
    assert answers.count("booking.not_found_in_file") == FREE and answers.count("booking.too_many_tries") == 16 - FREE


@pytest.mark.django_db
def test_r65_ten_thousand_guesses_of_a_code_find_nothing_and_are_throttled():
    _department, doctor, _registrar = make_polyclinic()
    booking = book_coupon(make_reception(doctor).coupons.first(), make_patient(), by=make_staff("registrar"))
    guesses = [new_code() for _guess in range(10_000)]
    assert not Booking.objects.filter(code__in=guesses).exists()
    heard, moment, system = 0, clock.now(), make_system()
    end = moment + dt.timedelta(hours=1)
    while moment < end:  # who tries again as soon as he may, is heard fifty times in the hour: ten thousand take eight days
        with clock.at(moment):
            try:
                find_by_code(guesses[heard], by=system, address_of_client="192.0.2.9")
            except NotFound:
                heard += 1
            except errors.TooManyTries as error:
                moment += dt.timedelta(seconds=error.data["seconds"])
    assert heard == MOST and JournalEntry.objects.filter(act="booking.note_lock").count() == 1
    assert find_by_code(booking.code.lower(), by=system, address_of_client="192.0.2.10").pk == booking.pk
