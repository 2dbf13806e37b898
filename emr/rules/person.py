"""What may stand in a person's data: names, birth date, phone, address, identifiers. Pure checks, no database."""
import datetime as dt

import phonenumbers
from django.utils.translation import gettext as _

from emr import clock
from emr.errors import Malformed, TextTooLong

EARLIEST_BIRTH = dt.date(1890, 1, 1)
REGIONS = ("BY", "RU")  # where a phone number without a country code may belong, tried in this order


def text(value, *, field: str, limit: int) -> str:
    """The text without needless spaces. Raises Malformed for control characters, TextTooLong beyond the limit."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(problem=_("{field}: a text is needed").format(field=field))
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in value):
        raise Malformed(problem=_("{field}: control characters stand in the text").format(field=field))
    value = " ".join(value.split())
    if len(value) > limit:
        raise TextTooLong(field=field, length=len(value), limit=limit)
    return value


def texts(model, **values) -> dict:
    """Each text as `text` gives it, with the length of the model's column of that name."""
    return {name: text(value, field=name, limit=model._meta.get_field(name).max_length) for name, value in values.items()}


def choice(value, *, field: str, of) -> str:
    """The value if it is one of the enumeration's. Raises Malformed."""
    if value not in of.values:
        raise Malformed(problem=_("{field}: one of {values} is needed").format(field=field, values=", ".join(of.values)))
    return value


def birth_date(value):
    """The date, or None. Raises Malformed for the future and for before 1890."""
    if value is None:
        return None
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise Malformed(problem=_("birth_date: a date is needed"))
    if value > clock.today():
        raise Malformed(problem=_("birth_date: it lies in the future"))
    if value < EARLIEST_BIRTH:
        raise Malformed(problem=_("birth_date: nobody born before 1890 is alive; check the year"))
    return value


def phone(value: str) -> str:
    """The number as +375291234567 when it is a valid one of our regions, else as it was given (extensions, abroad)."""
    value = text(value, field="phone", limit=120)
    for region in REGIONS:
        try:
            parsed = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return value
