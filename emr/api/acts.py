"""API views made from acts and queries, so that an app's `api` only names its fields.

    path("doses/<uuid:dose_id>/administer", act_view(administer_dose, AdministerInput, AdministrationOutput, key=True))
    path("doses", list_view(doses_due, DoseOutput, look="nursing.see_doses", filters=DoseFilters))
    path("doses/<uuid:pk>", row_view(dose, DoseOutput, look="nursing.see_doses"))

Address parts and input fields become keyword arguments of the act (a part named `row` is its first argument: Django
keeps the name `request` for itself); `by` is the caller; the Idempotency-Key header is
the request key (required when `key=True`). A query is a function(actor, **address parts, **filters) -> QuerySet or row.
"""
import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from emr.api.pages import Pages
from emr.errors import AnotherSignedIn, Malformed, NotPermitted, RequestKeyMissing
from emr.measure import check_measure

KEY_HEADER = OpenApiParameter("Idempotency-Key", uuid.UUID, OpenApiParameter.HEADER,
                              description="A UUID made by the client; repeating it returns the first answer.")


class Nothing(serializers.Serializer):
    """Input of an act that needs no fields."""


class PinField(serializers.CharField):
    """What the second person types or scans on the spot; never sent out."""

    def __init__(self, **values):
        super().__init__(**{"required": False, "allow_blank": True, "max_length": 200, "write_only": True,
                            "trim_whitespace": False, "help_text": "PIN, badge or password of the second person"} | values)


class RefusalOutput(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    data = serializers.DictField()


REFUSALS = {status: RefusalOutput for status in (400, 401, 403, 404, 409, 422)}


def actor_of(request):
    """The Staff or Patient who calls. Raises NotPermitted for a login without either."""
    actor = request.user.actor if request.user.is_authenticated else None
    if actor is None:
        raise NotPermitted(act="api")
    return actor


def key_of(request, required: bool):
    """The Idempotency-Key header as a UUID. Raises Malformed, or RequestKeyMissing when required and absent."""
    text = request.headers.get("Idempotency-Key")
    if not text:
        if required:
            raise RequestKeyMissing()
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Malformed(problem="Idempotency-Key: a UUID is needed") from error


def _fields(request) -> dict:
    """The input's fields; no body at all means none. Raises Malformed for a list, a number or a text."""
    if request.data in (None, "") or isinstance(request.data, dict):
        return request.data or {}
    raise Malformed(problem="an object with the act's fields is needed")


def _check_may(request, name):
    """The caller, who holds the act or look of this name: who may not is not told either what it would take.

    A browser that sends what somebody pressed earlier says in X-Signed-In-As whose it is: nobody sends it in another's name.
    """
    actor = actor_of(request)
    if request.headers.get("X-Signed-In-As", str(actor.pk)) != str(actor.pk):
        raise AnotherSignedIn()
    if not actor.may(name):
        raise NotPermitted(act=name)
    return actor


def _understood(asked) -> dict:
    """The values of a serializer. Raises ValidationError, or Malformed for dates and numbers no hospital knows."""
    try:
        asked.is_valid(raise_exception=True)
    except OverflowError as error:
        raise Malformed(problem="a date or number is beyond all measure") from error
    for name, value in asked.validated_data.items():
        check_measure(name, value)
    return asked.validated_data


def act_view(act, Input=Nothing, Output=None, *, key=False, status=201, variant=""):
    """One POST that performs one act; `variant` tells its second address apart in the description."""

    class Perform(APIView):
        @extend_schema(operation_id=act.act.replace(".", "_") + variant, request=Input, parameters=[KEY_HEADER],
                       responses={status: Output, **REFUSALS}, description=act.__doc__, tags=[act.act.split(".")[0]])
        def post(self, request, **address):
            actor = _check_may(request, act.act)
            wanted = _understood(Input(data=_fields(request)))
            first = (address.pop("row"),) if "row" in address else ()
            row = act(*first, **address, **wanted, by=actor, request_key=key_of(request, key))
            return Response(Output(row).data if Output else None, status=status)

    Perform.__name__ = act.__name__
    Perform.act = act.act
    return Perform.as_view()


def list_view(query, Output, *, look, filters=None):
    """One GET of a paged list."""

    class Rows(APIView):
        pagination_class = Pages

        @extend_schema(operation_id=f"list_{query.__module__.replace('.', '_')}_{query.__name__}",
                       parameters=[filters] if filters else [], responses={200: Output(many=True), **REFUSALS},
                       description=query.__doc__, tags=[look.split(".")[0]])
        def get(self, request, **address):
            actor = _check_may(request, look)
            wanted = {}
            if filters:
                wanted = _understood(filters(data=request.query_params))
            pages = Pages()
            rows = pages.paginate_queryset(query(actor, **address, **wanted), request, view=self)
            return pages.get_paginated_response(Output(rows, many=True).data)

    Rows.__name__, Rows.look = query.__name__, look
    return Rows.as_view()


def row_view(query, Output, *, look):
    """One GET of a row; the query raises NotFound (or returns None) when there is none to see."""

    class Row(APIView):
        @extend_schema(operation_id=f"read_{query.__module__.replace('.', '_')}_{query.__name__}",
                       responses={200: Output, **REFUSALS}, description=query.__doc__, tags=[look.split(".")[0]])
        def get(self, request, **address):
            row = query(_check_may(request, look), **address)
            if row is None:
                from emr.errors import NotFound

                raise NotFound()
            return Response(Output(row).data)

    Row.__name__, Row.look = query.__name__, look
    return Row.as_view()
