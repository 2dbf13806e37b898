"""JSON in and out: quick, exact for decimals, and strict about what may come in."""
import json
from decimal import Decimal

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

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


def strict_json(text: str | bytes):
    """Parse JSON and refuse what is ambiguous or hostile: doubled keys, NaN, nesting beyond 32. Raises ValueError."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_no_twice, parse_constant=_no_constant, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    _check_depth(value, MAX_DEPTH)
    return value


def _check_depth(value, left):
    if left < 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("a NUL character stands in a text")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(part, dict | list | str):
            _check_depth(part, left - 1)


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
