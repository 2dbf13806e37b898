"""People registered, found, identified, corrected."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.actions.patient import (
    AlreadyIdentified,
    DiedAlready,
    LikelyDuplicate,
    NothingToCorrect,
    add_identifier,
    correct_patient,
    identify_patient,
    note_death,
    register_patient,
    register_unknown_patient,
)
from emr.actions.patient_details import IdentifierTaken
from emr.errors import Malformed, NotPermitted, TextTooLong, TimeInFuture
from emr.models import JournalEntry, Patient, PatientIdentifier
from emr.numbering import checks
from emr.queries.patient import search
from tests.factories import make_patient, make_staff
from tests.races import at_once

pytestmark = pytest.mark.django_db
ASKED = {"family": "Ёлкин", "given": "Пётр", "patronymic": "Ильич", "sex": "male", "birth_date": dt.date(1970, 5, 17)}
FULL = {**ASKED, "phone": "8 (029) 123-45-67", "email": "p@example.org", "address": {"city": "Minsk", "house": "1"},
        "identifiers": [{"system": "urn:passport", "value": "MP 1234567"}], "contact_person": "Anna"}


@pytest.fixture
def clerk():
    return make_staff("registrar")


@pytest.fixture
def elkin(clerk):
    return register_patient(by=clerk, **FULL)


def test_a_new_patient_gets_a_number_with_a_check_digit_and_his_details(elkin):
    assert len(elkin.number) == 8 and checks(elkin.number)
    assert elkin.sort_key == "ЕЛКИН ПЕТР ИЛЬИЧ" and elkin.romanised == "ELKIN PETR ILICH"
    assert elkin.contacts.filter(kind="phone", person="").get().value == "+375291234567"
    assert elkin.contacts.get(person="Anna").value == "" and elkin.addresses.get().city == "Minsk"
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.patient, entry.data) == ("emr.register_patient", elkin, {"number": elkin.number})


def test_registration_takes_few_queries(clerk):
    clerk.may("emr.register_patient")
    with CaptureQueriesContext(connection) as queries:
        register_patient(by=clerk, **ASKED)
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 5
    with CaptureQueriesContext(connection) as queries:
        register_patient(by=clerk, **{**FULL, "family": "Orlov", "given": "X", "phone": "+375447654321", "birth_date": None})
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 8


@pytest.mark.parametrize("typed", [
    "Ёлкин", "елкин", "tkrby", "Elkin", "ЕЛК", "Ёлкин Пётр", "Пётр Ёлкин", "petr", "17.05.1970", "1970-05-17", "елкин 17.05.1970",
    "29 123-45", "8029 1234567", "+375 29 123-45-67", "MP1234567", "mp 1234567", "ЬЗ1234567", "Ёлкен Петр",
])
def test_search_understands_what_a_clerk_types(elkin, clerk, typed):
    other = make_patient(family="Zukov", birth_date=dt.date(1950, 1, 1))
    found = list(search(clerk, typed))
    assert elkin in found and other not in found


def test_search_finds_by_number_and_by_earlier_name(elkin, clerk):
    assert list(search(clerk, elkin.number)) == [elkin]
    correct_patient(elkin, by=clerk, family="Новиков", keep_earlier_name=True)
    elkin.refresh_from_db()
    assert list(search(clerk, "Ёлкин")) == [elkin] == list(search(clerk, "yjdbrjd"))
    assert elkin.other_names.get().family == "Ёлкин"


def test_search_is_three_queries_at_most_and_never_breaks(clerk):
    for n in range(20):
        make_patient(family=f"Иванов{n}")
    for typed in ("Иванов", "иваноф", "qqqqqqqq", "", " ", "%", "_", "\\", "'", "а", "1", "..", "Иван'", "a" * 500, "+", "\x00x"):
        with CaptureQueriesContext(connection) as queries:
            list(search(clerk, typed.replace("\x00", "")))
        assert len(queries) <= 3, typed
    assert len(search(clerk, "Иванов", limit=3)) == 3


def test_people_come_in_name_order(clerk):
    for family in ("Якубов", "Ёлкин", "Абрамов"):
        register_patient(by=clerk, family=family, given="Пётр", birth_date=dt.date(1980, 1, 1), accept_duplicates=True)
    assert [p.family for p in search(clerk, "01.01.1980")] == ["Абрамов", "Ёлкин", "Якубов"]


@pytest.mark.parametrize("changes", [{}, {"family": "Elkin", "given": "Petr"}, {"birth_date": dt.date(1970, 5, 18)},
                                     {"family": "Ёлкен"}, {"family": "Пётр", "given": "Ёлкин"}])
def test_a_likely_duplicate_is_shown_before_it_is_made(elkin, clerk, changes):
    with pytest.raises(LikelyDuplicate) as refused:
        register_patient(by=clerk, **{**ASKED, **changes})
    assert refused.value.data["candidates"][0]["number"] == elkin.number and refused.value.data["candidates"][0]["grounds"]
    assert Patient.objects.count() == 1 and JournalEntry.objects.count() == 1
    register_patient(by=clerk, **{**ASKED, **changes}, accept_duplicates=True)
    assert Patient.objects.count() == 2


def test_a_namesake_of_another_age_is_no_duplicate(elkin, clerk):
    assert register_patient(by=clerk, **{**ASKED, "birth_date": dt.date(2001, 1, 1)}).pk


@pytest.mark.parametrize(("changes", "refusal"), [
    ({"birth_date": dt.date(2100, 1, 1)}, Malformed), ({"birth_date": dt.date(1800, 1, 1)}, Malformed),
    ({"family": "", "given": ""}, Malformed), ({"family": "x" * 121}, TextTooLong), ({"family": "a\x00b"}, Malformed),
    ({"sex": "?"}, Malformed), ({"phone": "1" * 121}, TextTooLong), ({"email": "nobody"}, Malformed),
    ({"identifiers": [{"system": "", "value": "1"}]}, Malformed), ({"address": {"city": "x" * 121}}, TextTooLong),
    ({"registered_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)}, TimeInFuture), ({"identifiers": ["x"]}, Malformed),
    ({"address": "Minsk"}, Malformed), ({"birth_precision": "hour"}, Malformed),
])
def test_bad_data_is_refused_politely_and_nothing_is_written(clerk, changes, refusal):
    with pytest.raises(refusal):
        register_patient(by=clerk, **{**ASKED, **changes})
    assert not Patient.objects.exists() and not JournalEntry.objects.exists()


def test_a_stranger_cannot_register():
    with pytest.raises(NotPermitted):
        register_patient(by=make_staff("lab"), **ASKED)
    assert not Patient.objects.exists()


def test_an_unknown_patient_is_treated_first_and_identified_later(clerk):
    year = clock.today().year
    unknown = register_unknown_patient(by=make_staff("er_nurse"), sex="male", age=40, description="grey coat", wristband="WB-7")
    assert unknown.number == f"Unknown-{year}-0001" and unknown.birth_precision == "estimate" and unknown.age == 40
    assert list(search(clerk, "WB-7")) == [unknown] == list(search(clerk, unknown.number))
    known = identify_patient(unknown, by=clerk, **ASKED)
    assert not known.is_unknown and checks(known.number)
    for typed in ("WB-7", f"unknown-{year}-0001", "Ёлкин", known.number):
        assert list(search(clerk, typed)) == [known], typed
    with pytest.raises(AlreadyIdentified):
        identify_patient(unknown, by=clerk, **ASKED)


def test_identifying_as_somebody_registered_asks_for_a_merge(elkin, clerk):
    unknown = register_unknown_patient(by=clerk)
    with pytest.raises(LikelyDuplicate):
        identify_patient(unknown, by=clerk, **ASKED)
    unknown.refresh_from_db()
    assert unknown.is_unknown and JournalEntry.objects.count() == 2


@pytest.mark.parametrize("age", [-1, 121, "40", True])
def test_an_impossible_age_is_refused(clerk, age):
    with pytest.raises(Malformed):
        register_unknown_patient(by=clerk, age=age)
    assert not Patient.objects.exists()


def test_a_correction_changes_only_what_is_given_and_search_follows(elkin, clerk):
    correct_patient(elkin, by=clerk, phone="+375 44 765-43-21", birth_date=dt.date(1971, 5, 17))
    elkin.refresh_from_db()
    assert elkin.family == "Ёлкин" and elkin.addresses.filter(ended_at__isnull=True).get().city == "Minsk"
    assert list(search(clerk, "7654321")) == [elkin] and not search(clerk, "29 123-45-67").exists()
    assert list(search(clerk, "17.05.1971")) == [elkin]
    assert elkin.contacts.filter(person="Anna", ended_at__isnull=True).exists()
    assert JournalEntry.objects.latest("pk").data == {"fields": ["birth_date", "phone"]}


def test_an_empty_correction_is_refused(elkin, clerk):
    with pytest.raises(NothingToCorrect):
        correct_patient(elkin, by=clerk, family="Ёлкин")
    with pytest.raises(Malformed):
        correct_patient(elkin, by=clerk, number="1")
    assert JournalEntry.objects.count() == 1


def test_an_identifier_belongs_to_one_patient(elkin, clerk):
    with pytest.raises(IdentifierTaken):
        add_identifier(make_patient(), by=clerk, system="urn:passport", value="MP 1234567")
    added = add_identifier(elkin, by=clerk, system="urn:insurance", value="77-1")
    assert added.patient == elkin and list(search(clerk, "77-1")) == [elkin]


def test_a_death_is_noted_once(elkin):
    doctor = make_staff("ward_doctor")
    with pytest.raises(TimeInFuture):
        note_death(elkin, by=doctor, died_at=clock.now() + dt.timedelta(hours=1))
    note_death(elkin, by=doctor, died_at=clock.now())
    with pytest.raises(DiedAlready):
        note_death(elkin, by=doctor, died_at=clock.now())
    assert JournalEntry.objects.filter(act="emr.note_death").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_identifier_at_two_desks_is_registered_once():
    clerks = [make_staff("registrar"), make_staff("registrar")]
    identifier = [{"system": "urn:passport", "value": "MP1"}]
    results = at_once(*[lambda clerk=clerk, n=n: register_patient(by=clerk, family=f"Name{n}", identifiers=identifier,
                                                                  accept_duplicates=True) for n, clerk in enumerate(clerks)])
    assert sum(isinstance(result, Patient) for result in results) == 1
    assert sum(isinstance(result, IdentifierTaken) for result in results) == 1
    assert PatientIdentifier.objects.count() == 1 and Patient.objects.count() == 1
