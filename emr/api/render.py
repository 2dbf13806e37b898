"""JSON in and out: quick, exact for decimals, and strict about what may come in."""
import json
from decimal import Decimal, InvalidOperation

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from emr.measure import is_reckonable

MAX_DEPTH = 32
MAX_BYTES = 10 * 1024 * 1024


def plain(value):
    """What JSON has no word for: decimals go out as text with their own digits."""
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else orjson.dumps(data, default=plain, option=orjson.OPT_NON_STR_KEYS)


def _no_twice(pairs):
    keys = [key for key, value in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


def _no_constant(name):
    raise ValueError(f"{name} is not a JSON number")


def _number(text):
    """A decimal with its own digits; 1e999999999 would be short to write and long to reckon with."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is beyond all measure") from error
    if not is_reckonable(number):
        raise ValueError("a number is beyond all measure")
    return number


def strict_json(text: str | bytes):
    """Parse JSON and refuse what is ambiguous or hostile: doubled keys, NaN, broken letters, nesting beyond 32.

    Raises ValueError.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_no_twice, parse_constant=_no_constant, parse_float=_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    _check(value, MAX_DEPTH)
    return value


def _check(value, left):
    if left < 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        return _check_text(value)
    for part in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(part, dict | list | str):
            _check(part, left - 1)


def _check_text(text):
    if "\x00" in text:
        raise ValueError("a NUL character stands in a text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character stands in a text") from error


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            from emr.errors import TextTooLong

            raise TextTooLong(field="body", length=len(body), limit=MAX_BYTES)
        try:
            return strict_json(body)
        except ValueError as error:
            raise ParseError(f"not readable as JSON: {error}") from error
