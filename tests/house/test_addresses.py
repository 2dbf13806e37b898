"""Every address of the product: closed to whoever may not enter, silent about what is not there, never broken."""
import re
from functools import cache
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from emr.models import User
from emr.permissions import ROLES
from tests.factories import make_bed, make_patient, make_staff

NOBODY = UUID("00000000-0000-7000-8000-000000000000")  # the id of nothing
PEOPLE = sorted(set(ROLES) - {"system"})
# Open to everybody, each with the reason.
PUBLIC = {
    "healthz": "a supervisor asks whether the process lives",
    "readyz": "a supervisor asks whether people may be sent here",
    "login": "one cannot sign in before",
    "logout": "ends what may have ended already",
    "language": "the sign-in page speaks three languages",
    "booking/board": "a screen in the hall: numbers and rooms, no names",
    "booking/link/visit": "the link of a mail: signed for one coupon", "booking/link/visit/cancel": "the same",
    "booking/link/visit/confirm": "the same", "booking/link/offer": "the same", "booking/link/offer/answer": "the same",
    "documents/check/<str:code>": "a chemist or another hospital holds the paper and its code",
    "nursing/worker.js": "the program of the ward browser; it holds no data",
    "styleguide": "components without any data",
    **{f"polyclinic/{address}": "the site of the polyclinic is for everybody; what is personal asks who is there" for address in (
        "", "here", "others/<uuid:clinic_id>", "specialties", "specialties/<slug:code>", "specialties/<slug:code>/days",
        "specialties/<slug:code>/doctors/<uuid:doctor_id>", "times/<uuid:coupon_id>", "times/<uuid:coupon_id>/confirm", "who",
        "ask", "house-call", "specialties/<slug:code>/own-doctor", "exit", "coupons",
        "coupons/<uuid:booking_id>", "coupons/<uuid:booking_id>/reminder", "coupons/<uuid:booking_id>/reminder.pdf",
        "coupons/<uuid:booking_id>/cancel", "coupons/<uuid:booking_id>/move", "coupons/<uuid:booking_id>/move/<uuid:coupon_id>")},
    "api/schema/": "programmers read it; it names no patient",
    "api/docs/": "the same for people",
    "fhir/R4/metadata": "FHIR asks that it be open",
}
# Answered with 404 to everybody alike.
NOTHING = {r"fhir/R4/^(?P<rest>.+)$"}
# Open to everybody who has signed in, whatever his roles.
SIGNED_IN = {
    "": "the first page, which says that no role is given yet",
    "api/emr/me": "who am I",
    "lock": "one's own terminal", "unlock": "one's own terminal", "awake": "one's own terminal",
}
SILLY = {
    "pages beyond the end and other letters": "page=abc&size=-1&page_size=0&q[]=1&q=2&q=3&q=" + "%D0%AF" * 2000,
    "numbers beyond all range": "page=99999999999999999999&page_size=99999999999&day=2026-13-45&limit=-1&step=1e999",
    "a NUL in each": "q=%00&text=%00&day=%00&patient=%00&department=%00&search=%00&system=%00&role=%00&kind=%00",
    "half a letter": "q=%ED%A0%80&text=%ED%A0%80&%FF=%FF&=&&=;",
    "the first day": "day=0001-01-01&since=0001-01-01T00:00:00%2B14:00&until=0001-01-01&date=0001-01-01&q=01.01.0001",
    "the last day": "day=9999-12-31&since=9999-12-31T23:59:59-14:00&until=9999-12-31&date=9999-12-31&q=31.12.9999",
    "ids of nothing": f"department={NOBODY}&patient={NOBODY}&doctor={NOBODY}&encounter={NOBODY}&bed={NOBODY}&lot={NOBODY}"
                      f"&medication={NOBODY}&reception={NOBODY}&staff={NOBODY}&template={NOBODY}&amend={NOBODY}",
    "no ids": "department=x&patient=x&doctor=x&encounter=x&bed=x&lot=x&medication=x&reception=x&staff=x&kind=x&state=x",
}


def walk(resolver, before=""):
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry
        else:
            yield from walk(entry, address)


ADDRESSES = dict(walk(get_resolver()))
LIVING = [address for address in ADDRESSES if address not in ("logout", "polyclinic/exit")]  # they end the session one asks with
GUARDED = [address for address in ADDRESSES if address not in PUBLIC and address not in NOTHING]


def needs(address):
    """The name of the act or look that opens the address; None where the view decides by itself."""
    view = getattr(ADDRESSES[address].callback, "view_class", ADDRESSES[address].callback)
    return getattr(view, "act", None) or getattr(view, "look", None)


# What a role may enter at all: elsewhere everybody meets the one refusal of strangers.
OPEN = {role: [address for address in LIVING if needs(address) in {None, *ROLES[role]}] for role in PEOPLE}
ASKERS = sorted(PEOPLE, key=lambda role: -len(OPEN[role]))


@cache
def filled(address):
    """The address with the id of nothing in each of its places."""
    path = re.sub(r"<(?:str|slug):\w+>", "nothing", re.sub(r"<uuid:\w+>", str(NOBODY), address))
    return "/" + path.replace(r"^(?P<rest>.+)$", "Nothing/1")


def is_api(address):
    return address.startswith(("api/", "fhir/"))


def signed_in(role, **options):
    """A browser in which somebody of this role has signed in."""
    client = Client(raise_request_exception=False, **options)
    if role == "patient":
        user = User.objects.create(username="patient")
        make_patient(user=user)
    else:
        bed = make_bed()
        user = make_staff(role, department=bed.room.ward.department, login=role).user
    client.force_login(user, backend="emr.signin.Backend")
    return client


def ask(client, address, method="get", query=""):
    send = getattr(client, method)
    body = {"data": "{}", "content_type": "application/json"} if method == "post" and is_api(address) else {}
    before = transaction.savepoint()  # each answer starts from the same rows, whatever an earlier one broke
    try:
        return send(filled(address) + query, **body)
    finally:
        transaction.savepoint_rollback(before)


def forbids_foreign_scripts(answer):
    return "script-src 'self'" in answer.headers.get("Content-Security-Policy", "")


def is_not_kept(answer):
    """Does the answer tell the browser of somebody signed in to keep no copy?"""
    return "no-store" in answer.headers.get("Cache-Control", "")


def test_what_is_listed_here_is_there():
    assert not {*PUBLIC, *SIGNED_IN, *NOTHING} - set(ADDRESSES)


# -- who may enter


@pytest.mark.django_db
def test_an_anonymous_visitor_is_sent_away():
    for address in GUARDED:
        answers = [ask(Client(), address, method) for method in ("get", "post")]
        assert forbids_foreign_scripts(answers[0]), address
        for answer in answers:
            if is_api(address):
                assert answer.status_code in (401, 405), address
            else:
                sent_away = (answer.status_code, getattr(answer, "url", "").split("?")[0]) == (302, "/login")
                assert sent_away or answer.status_code == 405, address
        assert {answer.status_code for answer in answers} != {405}, f"{address}: no way in at all"


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_answers_an_anonymous_visitor(address):
    answers = [ask(Client(), address, method) for method in ("get", "post")]
    found = {answer.status_code for answer in answers}
    assert found & {200, 302, 404} and max(found) < 500 and forbids_foreign_scripts(answers[0])


@pytest.mark.django_db
def test_somebody_signed_in_without_a_role_sees_and_does_nothing():
    stranger = signed_in("no-such-role")
    let_in = {(address, method): status for address in GUARDED for method in ("get", "post") if address not in SIGNED_IN
              and (status := ask(stranger, address, method).status_code) not in (403, 404, 405)}
    assert not let_in


@pytest.mark.django_db
def test_a_login_without_a_person_sees_and_does_nothing():
    client = Client()
    client.force_login(User.objects.create(username="nobody"), backend="emr.signin.Backend")
    let_in = {(address, method): status for address in GUARDED for method in ("get", "post")
              if (status := ask(client, address, method).status_code) not in (302, 401, 403, 404, 405)}
    assert not let_in


@pytest.mark.django_db
def test_a_write_from_another_site_is_refused():
    client = signed_in("registrar", enforce_csrf_checks=True)
    open_doors = {address: status for address in [*GUARDED, "logout", "language", "login"]
                  if (status := ask(client, address, "post").status_code) not in (403, 405)}
    assert not open_doors


# -- what is not there, and what makes no sense


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_the_id_of_nothing_finds_nothing(role):
    """And every answer forbids foreign scripts and is not kept by the browser."""
    client, wrong = signed_in(role), {}
    for address in OPEN[role]:
        answer = ask(client, address)
        status = answer.status_code
        if not (forbids_foreign_scripts(answer) and is_not_kept(answer)):
            wrong["headers", address] = dict(answer.headers)
        with_id = "<uuid:" in address or "<str:pk>" in address
        if status >= 500 or (with_id and status not in (302, 400, 403, 404, 405)):
            wrong["get", address] = status
        status = ask(client, address, "post").status_code
        if status >= 500:
            wrong["post", address] = status
    assert not wrong


@pytest.mark.django_db
def test_silly_questions_get_an_answer():
    """Each page and list, asked by somebody who may open it; where the id of nothing ends the matter, one silly question is
    enough.
    """
    clients, broken = {role: signed_in(role) for role in PEOPLE}, {}
    for address in ADDRESSES:
        role = next((role for role in ASKERS if address in OPEN[role]), "ward_doctor")
        plain = ask(clients[role], address).status_code
        for name in [] if plain == 405 else ["a NUL in each"] if plain == 404 else SILLY:
            status = ask(clients[role], address, "get", "?" + SILLY[name]).status_code
            if status >= 500:
                broken[address, name] = status
    assert not broken


@pytest.mark.django_db
def test_a_refusal_forbids_foreign_scripts_too_and_is_not_kept():
    client = signed_in("ward_doctor")
    answers = {address: ask(client, address) for address in ADDRESSES if address not in OPEN["ward_doctor"]}
    assert not [address for address, answer in answers.items() if not (forbids_foreign_scripts(answer) and is_not_kept(answer))]
