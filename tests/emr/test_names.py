"""Names in two alphabets and two keyboard layouts (I11)."""
import datetime as dt

import pytest

from emr.people import names
from emr.people.asked import date_of, understand
from emr.people.duplicates import Person, likeness

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(("typed", "folded"), [
    ("Ёлкин", "ЕЛКИН"), ("Іваноў", "ИВАНОУ"), ("Дар'я", "ДАРЯ"), ("Петров-Водкин", "ПЕТРОВ ВОДКИН"), ("  o'Neil ", "ONEIL"),
    ("Ивaнoв", "ИВАНОВ"), ("", ""), (None, ""),
])
def test_names_are_folded_to_capitals_without_their_small_differences(typed, folded):
    assert names.fold(typed) == folded


def test_people_come_in_alphabetical_order():
    given = ["Яблоков", "Ёлкин", "Жук", "Іванова", "Еремин", "Абрамов", "Йод"]
    assert sorted(given, key=names.sort_key) == ["Абрамов", "Ёлкин", "Еремин", "Жук", "Іванова", "Йод", "Яблоков"]


@pytest.mark.parametrize(("name", "latin"), [("Щербаков", "SHCHERBAKOV"),
                                             ("Юлия", "IULIIA"), ("Іваноў", "IVANOU"), ("Smith", "SMITH")])
def test_names_are_romanised_as_in_passports(name, latin):
    assert names.romanise(name) == latin


@pytest.mark.parametrize(("typed", "meant"), [("bdfyjd", "ИВАНОВ"), ("шмфтщм", "IVANOV"), ("gtnhjd", "ПЕТРОВ"), (";er", "ЖУК"),
                                              ("~krby", "ЕЛКИН")])
def test_the_wrong_keyboard_layout_is_understood(typed, meant):
    assert meant in names.layout_variants(typed)


@pytest.mark.parametrize(("typed", "meant"), [("ivanov", "ИВАНОВ"), ("Shcherbakov", "ЩЕРБАКОВ"), ("yuliya", "ЮЛИЯ"),
                                              ("iuliia", "ЮЛИЯ"),
                                              ("tsoi", "ЦОЙ"), ("Chekhov", "ЧЕХОВ")])
def test_latin_spellings_lead_to_cyrillic_names(typed, meant):
    assert meant in names.cyrillic_guesses(typed)


def test_a_word_in_the_wrong_layout_finds_the_name_in_both_alphabets():
    assert {"ИВАНОВ", "IVANOV"} <= set(names.word_variants("bdfyjd"))


@pytest.mark.parametrize("typed", ["17.05.1970", "17/5/1970", "1970-05-17", "17051970", "17.05.70"])
def test_a_date_is_understood_in_every_common_form(typed):
    assert date_of(typed, TODAY) == dt.date(1970, 5, 17)


@pytest.mark.parametrize("typed", ["31.02.1970", "17.05.2030", "99999999", "12.13.1970", "hello"])
def test_what_is_no_date_is_not_taken_for_one(typed):
    assert date_of(typed, TODAY) is None


@pytest.mark.parametrize("typed", ["29 123-45", "(29) 123 45", "2912345"])
def test_a_phone_fragment_is_one_run_of_digits(typed):
    assert "2912345" in understand(typed, TODAY).numbers[0]


def test_the_trunk_prefix_of_a_phone_is_optional():
    assert "291234567" in understand("8 029 1234567".replace(" 0", "0"), TODAY).numbers[0]


def test_search_text_holds_all_that_a_clerk_may_type():
    text = names.search_text(number="00000018", names=["Ёлкин Пётр", "Старов Пётр"], birth_date=dt.date(1970, 5, 17),
                             phones=["+375 29 123-45-67"], identifiers=["MP 1234567"])
    for part in (" ЕЛКИН", " ПЕТР", " СТАРОВ", " ELKIN", " 17.05.1970", " 1970-05-17", "291234567", " MP1234567", " 00000018"):
        assert part in text


IVANOV = Person("Иванов", "Иван", "Иванович", dt.date(1970, 5, 17), sex="male")


@pytest.mark.parametrize(("other", "likely"), [
    (Person("Иванов", "Иван", "Иванович", dt.date(1970, 5, 17), sex="male"), True),
    (Person("IVANOV", "IVAN", "", dt.date(1970, 5, 17)), True),
    (Person("Ивонов", "Иван", "Иванович", dt.date(1970, 5, 17), sex="male"), True),
    (Person("Иванов", "Иван", "Иванович", dt.date(1970, 5, 18), sex="male"), True),
    (Person("Иван", "Иванов", "Иванович", dt.date(1970, 5, 17), sex="male"), True),
    (Person("Иванова", "Мария", "Ивановна", dt.date(1970, 5, 17), sex="female"), False),
    (Person("Иванов", "Иван", "Иванович", dt.date(1999, 1, 1), sex="male"), False),
    (Person("Петров", "Сергей", "", dt.date(1970, 5, 17), sex="male"), False),
])
def test_likeness_tells_the_same_person_from_a_namesake(other, likely):
    assert likeness(IVANOV, other).likely is likely


def test_one_identifier_is_enough():
    pair = ("urn:passport", "MP1")
    assert likeness(Person("A", identifiers=(pair,)), Person("Б", identifiers=(pair,))).points >= 60
