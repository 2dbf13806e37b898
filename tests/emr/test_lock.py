"""A terminal that nobody touches locks itself; its user opens it again with the PIN; polling is no activity."""
import time

import pytest
from django.core import signing
from django.urls import reverse

from emr import idle
from emr.models import StaffPin
from tests.factories import PIN, give_pin, make_department, make_patient, make_staff, number

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def nurse():
    staff = give_pin(make_staff("ward_nurse", department=make_department(), login=f"nurse{number()}", family="Ivanova"))
    staff.user.set_password(PASSWORD)
    staff.user.save()
    return staff


def sign_in(client, staff, terminal="ward"):
    client.post(reverse("emr:logout"))
    answer = client.post(reverse("emr:login"), {"username": staff.user.username, "password": PASSWORD, "terminal": terminal})
    assert answer.status_code == 302
    return client


def minutes_pass(client, minutes):
    """Nobody touches the terminal for so long: what the browser holds and the sign-in are that much older."""
    session = client.session
    session["since"] -= minutes * 60
    session.save()
    signer = signing.TimestampSigner(salt=f"emr.seen:{session.session_key}")
    signer.timestamp = lambda: signing.b62_encode(int(time.time()) - minutes * 60)
    client.cookies[idle.COOKIE] = signer.sign("1")


HOME = "/"


def test_a_ward_terminal_locks_after_five_minutes_and_shows_nothing(client, nurse):
    sign_in(client, nurse)
    minutes_pass(client, 4)
    assert client.get(HOME).status_code == 200
    minutes_pass(client, 6)
    answer = client.get("/patients/?q=Ivanova")
    assert (answer.status_code, answer.url) == (302, "/lock?next=%2Fpatients%2F%3Fq%3DIvanova")
    shown = client.get(answer.url)
    assert "Ivanova" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert 'class="side' not in shown.content.decode()


def test_an_office_locks_after_fifteen_minutes_and_a_wall_screen_never_but_only_shows(client, nurse):
    sign_in(client, nurse, "office")
    minutes_pass(client, 14)
    assert client.get(HOME).status_code == 200
    minutes_pass(client, 16)
    assert client.get(HOME).status_code == 302
    sign_in(client, nurse, "board")
    minutes_pass(client, 300)
    assert client.get(HOME).status_code == 200
    assert client.post(reverse("emr:own_pin"), {}).status_code == 403


def test_the_kind_of_terminal_is_remembered_by_the_browser(client, nurse):
    sign_in(client, nurse, "ward")
    client.post(reverse("emr:logout"))
    assert client.post(reverse("emr:login"), {"username": nurse.user.username, "password": PASSWORD}).status_code == 302
    assert client.session["terminal"] == "ward"


def test_fragments_and_programs_get_a_status_and_no_content(client, nurse):
    sign_in(client, nurse)
    minutes_pass(client, 6)
    fragment = client.get("/nursing/", headers={"HX-Request": "true"})
    assert fragment.status_code == 423 and "Ivanova" not in fragment.content.decode()
    told = client.get("/api/emr/me")
    assert (told.status_code, told.json()["code"]) == (423, "emr.locked")


def test_polling_does_not_keep_the_terminal_open(client, nurse):
    sign_in(client, nurse)
    minutes_pass(client, 4)
    before = client.cookies[idle.COOKIE].value
    assert client.get(HOME, headers={"EMR-Background": "1"}).status_code == 200
    assert client.cookies[idle.COOKIE].value == before
    client.get(HOME)
    assert client.cookies[idle.COOKIE].value != before


def test_without_the_cookie_the_time_counts_from_the_sign_in(client, nurse):
    sign_in(client, nurse)
    minutes_pass(client, 6)
    del client.cookies[idle.COOKIE]
    assert client.get(HOME).status_code == 302
    client.cookies[idle.COOKIE] = "1:aaaaaa:forged"
    assert client.get(HOME).status_code == 302


def test_a_cookie_of_another_session_opens_nothing(client, nurse):
    sign_in(client, nurse)
    other = client.cookies[idle.COOKIE].value
    sign_in(client, nurse)
    minutes_pass(client, 6)
    client.cookies[idle.COOKIE] = other
    assert client.get(HOME).status_code == 302


def test_the_pin_opens_it_again_for_the_same_person_under_a_new_session_id(client, nurse):
    sign_in(client, nurse)
    assert client.post(reverse("emr:lock"), headers={"Accept": "application/json"}).status_code == 204
    assert client.get(HOME).status_code == 302
    before = client.session.session_key
    wrong = client.post(reverse("emr:unlock"), {"pin": "0000"}, headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.json()["gone"]) == (403, False) and StaffPin.objects.get(staff=nurse).wrong == 1
    right = client.post(reverse("emr:unlock"), {"pin": PIN, "next": "/patients/"})
    assert (right.status_code, right.url) == (302, "/patients/")
    assert client.session.session_key != before and client.get(HOME).status_code == 200
    assert client.post(reverse("emr:unlock"), {"pin": PIN, "next": "https://elsewhere.example/"}).url == "/"


def test_five_wrong_tries_end_the_session(client, nurse):
    sign_in(client, nurse)
    client.post(reverse("emr:lock"))
    for _ in range(5):
        assert client.post(reverse("emr:unlock"), {"pin": "0000"}).status_code == 403
    assert client.post(reverse("emr:unlock"), {"pin": PIN}).url == reverse("emr:login")
    assert "_auth_user_id" not in client.session
    sign_in(client, nurse)
    assert client.get(HOME).status_code == 200


def test_what_is_sent_to_a_locked_terminal_is_not_recorded_and_says_so(client, nurse):
    sign_in(client, nurse)
    minutes_pass(client, 6)
    answer = client.post(reverse("emr:own_pin"), {"pin": "9175"})
    assert answer.status_code == 423 and "Nothing was recorded" in answer.content.decode()


def test_after_twelve_hours_one_signs_in_anew_whatever_happened(client, nurse):
    sign_in(client, nurse)
    session = client.session
    session["since"] -= idle.LONGEST + 1
    session.save()
    assert client.get(HOME).url.startswith(reverse("emr:login"))


def test_a_patient_opens_the_portal_again_with_the_password(client):
    from emr.models import User

    user = User(username=f"patient{number()}")
    user.set_password(PASSWORD)
    user.save()
    make_patient(user=user)
    assert client.post(reverse("emr:login"), {"username": user.username, "password": PASSWORD}).status_code == 302
    client.post(reverse("emr:lock"))
    assert client.post(reverse("emr:unlock"), {"pin": "wrong"}).status_code == 403
    assert client.post(reverse("emr:unlock"), {"pin": PASSWORD}).status_code == 302


def test_the_lock_costs_no_statement(client, nurse, django_assert_num_queries):
    sign_in(client, nurse)
    with django_assert_num_queries(2):  # the session, and who it belongs to
        assert client.get(reverse("emr:awake")).status_code == 204
