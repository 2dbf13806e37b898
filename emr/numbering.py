"""Numbers without gaps: medical records, stays, specimens, accounts. Taken inside the act, given back if it fails."""
from django.db import connection

from emr import acts


def next_number(key: str) -> int:
    """The next number of the series, from 1. Others wait for this act to end, so the series has no gap.

    Call it late in the act: the wait of others begins here.
    """
    acts.current()
    with connection.cursor() as cursor:
        cursor.execute("insert into emr_numberseries (key, last) values (%s, 1) on conflict (key) do update "
                       "set last = emr_numberseries.last + 1 returning last", [key])
        return cursor.fetchone()[0]


def with_check_digit(number: int) -> str:
    """The number with its Luhn check digit behind it, so that a mistyped digit is noticed (ISO/IEC 7812-1)."""
    return f"{number}{luhn(str(number))}"


def luhn(digits: str) -> int:
    """The Luhn check digit of a row of digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def checks(number: str) -> bool:
    """Does the last digit fit the others?"""
    return number.isdigit() and len(number) > 1 and luhn(number[:-1]) == int(number[-1])
