"""Whom a campaign dials and when, and what the exchange says (Asterisk Manager Interface)."""
import datetime as dt

from django.utils import timezone

from emr import clock
from outpatient.booking.queries.campaign import examined, phones

FROM, UNTIL = dt.time(9), dt.time(20)  # hours in which campaigns dial (R87)


def may_dial(now: dt.datetime) -> bool:
    """Is it an hour at which people may be rung up? Time of the institution."""
    return FROM <= timezone.localtime(now).time() < UNTIL


def is_overdue(last: dt.date | None, today: dt.date, years: int) -> bool:
    """Was the examination made more than so many years ago, or never? Exactly so many years is not more (R86)."""
    if last is None:
        return True
    try:
        return last.replace(year=last.year + years) < today
    except ValueError:  # 29 February: the day after the last of February
        return dt.date(last.year + years, 3, 1) <= today


def overdue(code: str, years: int) -> list:
    """(patient, telephone) of all who may be rung up and are overdue for the examination of this code, in order of record number.
    """
    last, today = examined(code), clock.today()
    return [(patient, digits(phone)) for patient, phone in phones().items()
            if is_overdue(clock.day_of(last[patient]) if patient in last else None, today, years)]


def digits(number: str) -> str:
    """A telephone number as the exchange and our records both know it: its last nine digits (spec interfaces: +375 and nine)."""
    return "".join(sign for sign in number if sign.isdigit())[-9:]


def message(**fields) -> bytes:
    """A message to the exchange; line breaks in values would be new fields and are taken out."""
    clean = {name: "".join(sign for sign in str(value) if sign.isprintable()) for name, value in fields.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in clean.items()).encode() + b"\r\n"


def fields(block: bytes) -> dict:
    """What the exchange said in one message, by name; lines that are no field are left out."""
    found = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip()] = value.strip()
    return found
