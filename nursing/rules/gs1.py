"""What a GS1 code on a pack says: product (GTIN), lot, expiry date, serial number.

Source: GS1 General Specifications: 3.2 (list of application identifiers), 7.8 (element strings of predefined length need no
separator; all others end with FNC1, which a reader sends as GS, ASCII 29, or at the end), 7.9 (check digit), 7.12 (century of a
two-digit year; day 00 is the last day of the month). Read as DataMatrix, QR, GS1-128, or the text with brackets printed beside
it.
"""
import calendar
import datetime as dt
import re
from dataclasses import dataclass, field

SEPARATOR = "\x1d"
# What readers with a keyboard send where the control character does not pass.
SEPARATORS = ("{GS}", "<GS>", "␝", "^]", "\\x1d", "\\u001d")
SYMBOLOGIES = re.compile(r"^\](?:d2|C1|Q3|e0|J1)", re.IGNORECASE)
# First two digits of an identifier -> length of identifier and data together (7.8.5, predefined length).
FIXED = {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8, "16": 8, "17": 8, "18": 8,
         "19": 8, "20": 4, "31": 10, "32": 10, "33": 10, "34": 10, "35": 10, "36": 10, "41": 16}
# Identifiers of four and of three digits by their first two; all others have two (3.2).
LONG = {"31": 4, "32": 4, "33": 4, "34": 4, "35": 4, "36": 4, "39": 4, "43": 4, "70": 4, "72": 4, "80": 4, "81": 4, "82": 4,
        "23": 3, "24": 3, "25": 3, "40": 3, "41": 3, "42": 3, "71": 3}
VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "90": 30}  # longest data of the two-digit ones we may meet; 91-99 90
LETTERS = re.compile(r"[!\"%-?A-Z_a-z]+")  # the 82 characters of 7.11
BRACKETS = re.compile(r"\((\d{2,4})\)([^(]*)")


class NotGs1(ValueError):
    """The text is no GS1 element string; says where it stops making sense."""


@dataclass(frozen=True)
class Pack:
    """What the code says; what it leaves out is empty."""

    gtin: str = ""
    lot_number: str = ""
    expires_on: dt.date | None = None
    serial: str = ""
    others: dict = field(default_factory=dict)


def read(text: str, today: dt.date) -> Pack:
    """The pack behind a scanned code; `today` decides the century. Raises NotGs1."""
    found = elements(text)
    gtin = found.pop("01", "") or found.pop("02", "")
    if not gtin:
        raise NotGs1("no product number (01)")
    if not (gtin.isascii() and gtin.isdigit() and len(gtin) == 14 and check_digit(gtin[:-1]) == gtin[-1]):
        raise NotGs1("the check digit of the product number is wrong")
    lot, serial, expiry = found.pop("10", ""), found.pop("21", ""), found.pop("17", "")
    return Pack(gtin, lot, day_of(expiry, today) if expiry else None, serial, found)


def elements(text: str) -> dict[str, str]:
    """Application identifier -> data. Raises NotGs1."""
    text = text.strip(" \r\n\t")
    for written in SEPARATORS:
        text = text.replace(written, SEPARATOR)
    text = SYMBOLOGIES.sub("", text)
    if text.startswith("("):
        return _bracketed(text)
    text, found = text.lstrip(SEPARATOR), {}
    while text:
        name, data, text = _next(text)
        if found.setdefault(name, data) != data:
            raise NotGs1(f"({name}) stands there twice")
    if not found:
        raise NotGs1("nothing was read")
    return found


def _next(text):
    start = text[:2]
    if not (len(start) == 2 and start.isascii() and start.isdigit()):
        raise NotGs1(f"no identifier at “{text[:6]}”")
    width = LONG.get(start, 2)
    if start in FIXED:
        end = FIXED[start]
        data, rest = text[width:end], text[end:].removeprefix(SEPARATOR)
        if len(text) < end or SEPARATOR in data:
            raise NotGs1(f"({text[:width]}) is too short")
    else:
        data, _separator, rest = text[width:].partition(SEPARATOR)
    _check(text[:width], data)
    return text[:width], data, rest


def _bracketed(text):
    found = dict(BRACKETS.findall(text))
    if "".join(f"({name}){data}" for name, data in BRACKETS.findall(text)) != text:
        raise NotGs1("the brackets do not fit")
    for name, data in found.items():
        found[name] = data.strip().rstrip(SEPARATOR)
        if name[:2] in FIXED and len(name) + len(found[name]) != FIXED[name[:2]]:
            raise NotGs1(f"({name}) has a wrong length")
        _check(name, found[name])
    return found


def _check(name, data):
    longest = VARIABLE.get(name, 90)
    if not data or len(data) > longest or not LETTERS.fullmatch(data):
        raise NotGs1(f"({name}) holds what it cannot hold")


def check_digit(digits: str) -> str:
    """The last digit of a GTIN: from the right, times 3 and 1 in turn; what is missing to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def day_of(text: str, today: dt.date) -> dt.date:
    """YYMMDD as a day. The year lies within 49 years back and 50 ahead of this one. Raises NotGs1."""
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        raise NotGs1("the date is not six digits")
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    ahead = year - today.year % 100
    year += today.year // 100 * 100 + (-100 if ahead >= 51 else 100 if ahead <= -50 else 0)
    try:
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise NotGs1("there is no such date") from error
