"""Amounts in words, in three languages, with the right forms of the nouns."""
from decimal import Decimal

import pytest

from billing.rules.words import in_words


@pytest.mark.parametrize(("amount", "language", "said"), [
    ("0.05", "ru", "ноль белорусских рублей 05 копеек"),
    ("1", "ru", "один белорусский рубль 00 копеек"),
    ("2002.10", "ru", "две тысячи два белорусских рубля 10 копеек"),
    ("111314.21", "ru", "сто одиннадцать тысяч триста четырнадцать белорусских рублей 21 копейка"),
    ("21000001.02", "ru", "двадцать один миллион один белорусский рубль 02 копейки"),
    ("-41.15", "ru", "минус сорок один белорусский рубль 15 копеек"),
    ("1942.04", "be", "адна тысяча дзевяцьсот сорак два беларускія рублі 04 капейкі"),
    ("1234.56", "en", "one thousand two hundred thirty-four Belarusian roubles 56 kopecks"),
    ("1.01", "en", "one Belarusian rouble 01 kopeck"),
    ("999999999999.99", "en", " ".join(f"nine hundred ninety-nine{power}" for power in (" billion", " million", " thousand", ""))
     + " Belarusian roubles 99 kopecks"),
])
def test_an_amount_is_said_as_a_receipt_says_it(amount, language, said):
    assert in_words(Decimal(amount), "BYN", language) == said


def test_another_currency_is_said_by_its_code_and_another_language_in_english():
    assert in_words(Decimal("12.30"), "EUR", "ru") == "двенадцать 30/100 EUR"
    assert in_words(Decimal("2"), "RUB", "de") == "two Russian roubles 00 kopecks"
