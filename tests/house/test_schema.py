"""The API describes itself truly, and keeps its manners whatever is thrown at it."""
import json
import re
import threading
from contextlib import suppress
from urllib.parse import urlencode

import pytest
import schemathesis
from django.apps import apps as all_apps
from django.db import transaction
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from emr.acts import ACTS
from emr.api import schema
from emr.api.render import MAX_BYTES
from emr.models import User
from tests.booking.factories import make_reception
from tests.emr.anything import make
from tests.factories import make_bed, make_encounter, make_system
from tests.house.test_addresses import ADDRESSES, NOBODY, needs
from tests.laboratory.factories import make_request
from tests.nursing.factories import make_dose, make_order, make_stock

DESCRIPTION = schema.description("en")
OPERATIONS = {f"{method.upper()} {path}": (path, method) for path, ways in DESCRIPTION["paths"].items() for method in ways}
WRITES = {name: where for name, where in OPERATIONS.items() if where[1] == "post"}
DESCRIBED = schemathesis.openapi.from_dict(DESCRIPTION)
EXAMPLES = 4  # of good and of bad input each

# What lies under an address: the word before the id -> a row.
LYING = {
    "patients": "emr.Patient", "staff": "emr.Staff", "users": "emr.User", "roles": "emr.StaffRole", "tokens": "emr.ApiToken",
    "departments": "emr.Department", "wards": "emr.Ward", "rooms": "emr.Room", "glasses": "emr.BreakGlass",
    "conditions": "emr.Condition", "allergies": "emr.AllergyIntolerance", "documents": "emr.Document",
    "summaries": "emr.Document",
    "encounters": "emr.Encounter", "stays": "emr.Encounter", "emergency-visits": "emr.Encounter", "visits": "emr.Encounter",
    "orders": "orders.MedicationRequest", "medication-requests": "orders.MedicationRequest", "requests": "orders.ServiceRequest",
    "medications": "orders.Medication", "lots": "orders.StockLot", "moves": "orders.StockMove", "doses": "orders.PlannedDose",
    "administrations": "nursing.MedicationAdministration", "specimens": "laboratory.Specimen", "results": "laboratory.LabResult",
    "moments": "admissions.EmergencyMoment", "admission-requests": "admissions.AdmissionRequest",
    "receptions": "booking.Reception", "coupons": "booking.Coupon", "bookings": "booking.Booking", "accounts": "billing.Account",
}
# The same for fields of a body.
NAMED = {"patient": "emr.Patient", "encounter": "emr.Encounter", "part_of": "emr.Encounter", "department": "emr.Department",
         "from_department": "emr.Department", "to_department": "emr.Department", "bed": "emr.Bed",
         "medication": "orders.Medication", "lot": "orders.StockLot", "user": "emr.User", "request": "orders.ServiceRequest"}
NAMED |= dict.fromkeys(("attending", "doctor", "nurse", "performer", "witness"), "emr.Staff")


@pytest.fixture(scope="module")
def hospital(django_db_setup, django_db_blocker):
    """A patient on the ward with an order, a dose, stock, a laboratory request; the one who asks may do everything."""
    with django_db_blocker.unblock(), transaction.atomic():
        system = make_system()
        system.user = User.objects.create(username="system")
        system.save()
        encounter = make_encounter(bed=make_bed())
        order = make_order(encounter)
        make_dose(order)
        make_stock(order.medication, encounter.department, 10)
        make_request(encounter=encounter)
        make_reception()
        for name in ("emr.Document", "emr.Condition", "emr.ApiToken", "emr.BreakGlass", "laboratory.Specimen",
                     "laboratory.LabResult", "nursing.MedicationAdministration", "admissions.EmergencyMoment",
                     "admissions.AdmissionRequest", "billing.Account"):
            model = all_apps.get_model(name)
            fields = {field.name for field in model._meta.concrete_fields}
            where = {"patient": encounter.patient, "encounter": encounter}
            make(model, **{key: value for key, value in where.items() if key in fields})
        client = Client(raise_request_exception=False)
        client.force_login(system.user, backend="emr.signin.Backend")
        yield client
        transaction.set_rollback(True)


def real_id(name):
    """The id of some row of this kind, or None."""
    row = all_apps.get_model(name)._base_manager.order_by("-pk").first() if name else None
    return row and str(row.pk)


# -- the description


def test_what_lies_under_addresses_is_there():
    assert all(all_apps.get_model(name) for name in {*LYING.values(), *NAMED.values()})


def test_it_is_built_without_a_complaint():
    reset_generator_stats()
    schema._built.clear()
    schema.description("en")
    assert not GENERATOR_STATS, (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache))


def test_every_address_of_the_api_is_in_it():
    described = {path.replace("{", "<").replace("}", ">") for path in DESCRIPTION["paths"]}
    addresses = {"/" + re.sub(r"<\w+:", "<", address) for address in ADDRESSES if address.startswith("api/")}
    named = {re.sub(r"<\w+>", "<>", path) for path in described}
    assert {re.sub(r"<\w+>", "<>", path) for path in addresses} - named == {"/api/schema/", "/api/docs/"}


def test_every_act_with_an_address_is_in_it_under_its_own_name():
    told = [operation["operationId"] for ways in DESCRIPTION["paths"].values() for operation in ways.values()]
    assert len(set(told)) == len(told)
    acts = {name for address in ADDRESSES if address.startswith("api/") and (name := needs(address)) in ACTS}
    assert not {name.replace(".", "_") for name in acts} - set(told)
    assert len(acts) > 60


def test_the_first_readers_may_come_all_at_once():
    schema._built.clear()
    answers, threads = [], []
    for _ in range(8):
        threads.append(threading.Thread(target=lambda: answers.append(len(schema.description("en")["paths"]))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert answers == [len(DESCRIPTION["paths"])] * 8


@pytest.mark.parametrize("query,kind", [("", "application/json"), ("?format=yaml", "application/vnd.oai.openapi"),
                                        ("?lang=ru", "application/json"), ("?lang=%00", None), ("?lang=xx", "application/json")])
def test_it_is_served(client, query, kind, db):
    answer = client.get("/api/schema/" + query)
    if kind is None:
        assert answer.status_code == 400
    else:
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, kind)


def test_its_page_needs_no_script_of_its_own_inside(client, db):
    page = client.get("/api/docs/")
    assert page.status_code == 200 and b"<style" not in page.content and b"<script>" not in page.content
    script = client.get("/api/docs/?script=")
    assert script.status_code == 200 and b"SwaggerUIBundle" in script.content


# -- whatever is thrown at it


def check(answer, what):
    """An answer, or a refusal of the one form; never an error of ours."""
    assert answer.status_code < 500, (what, answer.status_code, answer.content[:300])
    if answer.status_code >= 400:
        told = json.loads(answer.content)
        assert {"code", "message", "data"} == set(told) and told["code"] and told["message"], (what, told)
    return answer


def throw(client, method, path, query=None, **body):
    """One request, of which no row is left."""
    before = transaction.savepoint()
    try:
        text = "?" + urlencode(query, doseq=True, errors="surrogatepass") if query else ""
        answer = client.generic(method, path + text, **body)
        return check(answer, (method, path + text, str(body)[:600]))
    finally:
        transaction.savepoint_rollback(before)


def lying_under(path):
    """The address with real ids, as far as rows of that kind are there."""
    parts = path.split("/")
    return "/".join(real_id(LYING.get(parts[n - 1])) or str(NOBODY) if part.startswith("{") else part
                    for n, part in enumerate(parts))


def with_real_ids(body):
    if not isinstance(body, dict):
        return body
    return {key: real_id(NAMED[key]) or value if key in NAMED and isinstance(value, str) else value
            for key, value in body.items()}


def generated(name, mode):
    path, method = OPERATIONS[name]
    return DESCRIBED[path][method].as_strategy(generation_mode=mode)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_no_input_breaks_it(hospital, django_db_blocker, name, mode):
    path, method = OPERATIONS[name]

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet)
    @given(case=generated(name, mode))
    def attack(case):
        body = {}
        if not isinstance(case.body, NotSet):
            body = {"data": json.dumps(with_real_ids(case.body), default=str), "content_type": "application/json"}
        headers = {f"HTTP_{key.upper().replace('-', '_')}": str(value) for key, value in (case.headers or {}).items()}
        throw(hospital, method.upper(), lying_under(path), with_real_ids(case.query or {}), **body, **headers)

    with django_db_blocker.unblock(), suppress(Unsatisfiable):  # an address without any input has no bad one
        attack()


DEEP = 100_000
BAD_BODIES = {
    "no JSON": b"{", "nothing": b"", "a list": b"[]", "a number": b"1", "a text": b'"x"', "null": b"null",
    "not a number": b'{"a": NaN}', "a key twice": b'{"a": 1, "a": 2}', "nested without end": b"[" * DEEP + b"]" * DEEP,
    "nested too deeply": b'{"a": ' * 40 + b"1" + b"}" * 40,
    "UTF-16": '{"a": "б"}'.encode("utf-16"), "half a letter": b'{"a": "\\ud800"}', "half a letter in a key": b'{"\\udfff": 1}',
    "broken UTF-8": b'{"a": "\xff"}', "a NUL": b'{"a": "\\u0000"}', "a NUL in a key": b'{"\\u0000": 1}',
    "an endless number": b'{"a": ' + b"9" * 10_000 + b"}", "an astronomical number": b'{"a": 1e999999999999999999999}',
    "a large exponent": b'{"a": 1e99999}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_no_body_breaks_it(hospital, django_db_blocker, body):
    with django_db_blocker.unblock():
        for name in list(WRITES)[::8]:
            answer = throw(hospital, "POST", lying_under(WRITES[name][0]), data=body, content_type="application/json")
            assert answer.status_code in (400, 404, 409, 422) or body in (b"", b"null"), name


def test_other_kinds_of_body_are_refused_as_such(hospital, django_db_blocker):
    with django_db_blocker.unblock():
        for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                     "nonsense"):
            answer = throw(hospital, "POST", "/api/emr/patients/register", data=b"family=x", content_type=kind)
            assert (answer.status_code, answer.json()["code"]) == (415, "emr.wrong_type"), kind


def test_a_body_over_the_limit_is_refused_as_too_large(hospital, django_db_blocker):
    with django_db_blocker.unblock():
        answer = throw(hospital, "POST", "/api/emr/patients/register", data=b" " * (MAX_BYTES + 1),
                       content_type="application/json")
    assert answer.status_code == 413


ODD = {"before the calendar": "0001-01-01T00:00:00+14:00", "after the calendar": "9999-12-31T23:59:59-14:00",
       "the first day": "0001-01-01", "the last day": "9999-12-31", "less than nothing": "-1", "1e400": "1e400",
       "beyond every column": "99999999999999999999", "nan": "nan", "Infinity": "Infinity", "half a letter": "\ud800",
       "a NUL": "\x00", "a long text": "x" * 20_000, "braces": "{}", "null": "null", "nothing": ""}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_no_value_of_any_field_breaks_it(hospital, django_db_blocker, value):
    """Each write with this value in all its fields at once, and each list with it in all its filters."""
    with django_db_blocker.unblock():
        for path, method in OPERATIONS.values():
            told = DESCRIPTION["paths"][path][method]
            names = [each["name"] for each in told.get("parameters", ()) if each["in"] == "query"]
            body = {"data": json.dumps(dict.fromkeys(fields_of(told), value)), "content_type": "application/json"}
            throw(hospital, method.upper(), lying_under(path), dict.fromkeys(names, value), **(body if method == "post" else {}))


def fields_of(told):
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return DESCRIPTION["components"]["schemas"].get(content.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {})


@pytest.mark.parametrize("key", ["x", "\x00", "0" * 5000, "{}", "00000000-0000-0000-0000-00000000000g"])
def test_a_request_key_that_is_none_is_refused(hospital, django_db_blocker, key):
    with django_db_blocker.unblock():
        answer = throw(hospital, "POST", "/api/emr/patients/register", data='{"family": "x"}', content_type="application/json",
                       HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/api/nothing", "/api/emr/patients/x", "/api/emr/patients/%00", "/api/"])
def test_an_unknown_address_is_refused_in_the_same_form(hospital, django_db_blocker, path):
    with django_db_blocker.unblock():
        assert throw(hospital, "GET", path).status_code in (400, 404)


def test_a_stranger_learns_nothing_about_the_fields(client, db):
    answer = client.post("/api/emr/patients/register", "{}", content_type="application/json")
    assert answer.status_code == 401
