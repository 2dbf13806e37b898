"""The API's half of the one refusal handler: every no is {"code", "message", "data"} with its status. Never a 500."""
import logging

from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from emr.errors import Malformed, NotFound, NotRecorded, Refusal

STATUS_CODES = {400: "emr.malformed", 401: "emr.not_signed_in", 403: "emr.not_permitted", 404: "emr.not_found",
                405: "emr.method_not_allowed", 406: "emr.not_acceptable", 415: "emr.wrong_type", 429: "emr.too_many"}


def handle(error, context):
    """Turn any foreseen error into the refusal form; an unforeseen one is left to fail loudly in the log."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, OperationalError | InterfaceError):
        logging.getLogger("emr").exception("the database did not take a request")
        error = NotRecorded()
    if isinstance(error, DataError):  # a number beyond its column's range, asked for in a list
        error = Malformed(problem=str(error).splitlines()[0])
    if isinstance(error, Refusal):
        set_rollback()
        headers = {"Retry-After": "30"} if error.status == 503 else None
        return Response({"code": error.code, "message": str(error), "data": error.data}, error.status, headers=headers)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _from_framework(error)
    return None


def _from_framework(error):
    code = STATUS_CODES.get(error.status_code, "emr.malformed")
    headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    if isinstance(error, exceptions.ValidationError):
        field, problem = _first_problem(error.detail)
        return Response({"code": "emr.malformed", "message": f"{field}: {problem}" if field else str(problem),
                         "data": {"fields": error.detail}}, 400)
    return Response({"code": code, "message": str(error.detail), "data": {}}, error.status_code, headers=headers)


def _first_problem(detail, path=""):
    if isinstance(detail, dict):
        key, value = next(iter(detail.items()), ("", ""))
        return _first_problem(value, path if key == "non_field_errors" else f"{path}.{key}".strip("."))
    if isinstance(detail, list):
        return _first_problem(next((part for part in detail if part), ""), path)
    return path, detail
