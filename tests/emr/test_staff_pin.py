"""The second person signs with his own PIN, badge or password; wrong tries are counted though the act leaves nothing."""
import datetime as dt
import uuid

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from emr import clock
from emr.actions.staff_pin import (
    BadgeTaken,
    CannotSign,
    NotOnDuty,
    PinBlocked,
    PinMissing,
    PinTooWeak,
    WrongPassword,
    WrongPin,
    forgive,
    issue_badge,
    prove,
    set_pin,
)
from emr.acts import ACTS
from emr.errors import NotFound, Refusal
from emr.models import JournalEntry, Shift, StaffPin
from nursing.actions.medication_administration import administer_dose
from nursing.models import MedicationAdministration
from tests.factories import PIN, give_pin, make_staff, make_system, number, signed_by
from tests.house.test_permissions import load_everything
from tests.nursing.factories import make_medication, make_ward
from tests.races import at_once

pytestmark = pytest.mark.django_db
load_everything()


@pytest.fixture
def ward():
    return make_ward(medication=make_medication(is_high_risk=True))


def person(**values):
    staff = make_staff("ward_nurse", login=f"nurse{number()}", **values)
    staff.user.set_password("correct horse battery")
    staff.user.save()
    return staff


def wrong(staff):
    return StaffPin.objects.get(staff=staff).wrong


def test_a_witness_types_the_own_pin_and_the_journal_says_how_it_was_proven(ward):
    fact = administer_dose(ward.dose, by=ward.nurse, **signed_by(ward.colleague))
    assert fact.witness == ward.colleague
    assert JournalEntry.objects.get().data["proven"] == {"witness": "pin"}


def test_a_wrong_pin_is_refused_and_counted_and_nothing_else_is_written(ward):
    give_pin(ward.colleague)
    for left in (4, 3):
        with pytest.raises(WrongPin) as caught:
            administer_dose(ward.dose, by=ward.nurse, witness=ward.colleague, witness_pin="1111")
        assert caught.value.data["left"] == left
    assert wrong(ward.colleague) == 2 and not JournalEntry.objects.exists() and not MedicationAdministration.objects.exists()
    administer_dose(ward.dose, by=ward.nurse, witness=ward.colleague, witness_pin=PIN)
    assert wrong(ward.colleague) == 0


def test_after_five_wrong_tries_even_the_right_pin_waits_for_a_full_sign_in(client):
    colleague, nurse = give_pin(person()), make_staff("ward_nurse")
    for _ in range(5):
        with pytest.raises(WrongPin):
            prove(colleague, "0000", by=nurse)
    for secret in (PIN, "correct horse battery"):
        with pytest.raises(PinBlocked):
            prove(colleague, secret, by=nurse)
    signed_in = client.post(reverse("emr:login"), {"username": colleague.user.username, "password": "correct horse battery"})
    assert signed_in.status_code == 302 and wrong(colleague) == 0
    assert prove(colleague, PIN, by=nurse) == (colleague, "pin")


@pytest.mark.django_db(transaction=True)
def test_guesses_made_side_by_side_count_too():
    colleague, nurse = give_pin(make_staff("ward_nurse")), make_staff("ward_nurse")

    def guess():
        with pytest.raises((WrongPin, PinBlocked)):
            prove(colleague.pk, "0000", by=nurse)

    at_once(*[guess] * 8)
    assert wrong(colleague) == 5


def test_a_name_alone_is_no_signature(ward):
    with pytest.raises(PinMissing):
        administer_dose(ward.dose, by=ward.nurse, witness=ward.colleague)
    assert not StaffPin.objects.filter(wrong__gt=0).exists()


def test_badge_and_password_sign_like_the_pin():
    colleague, nurse, admin = person(), make_staff("ward_nurse"), make_staff("admin")
    issue_badge(colleague, by=admin, code="BADGE-0042")
    assert prove(colleague, "BADGE-0042", by=nurse)[1] == "badge"
    assert prove(colleague, "correct horse battery", by=nurse)[1] == "password"
    with pytest.raises(BadgeTaken):
        issue_badge(make_staff("ward_nurse"), by=admin, code="BADGE-0042")
    issue_badge(colleague, by=admin, code="")
    with pytest.raises(WrongPin):
        prove(colleague, "BADGE-0042", by=nurse)


def test_who_left_or_whose_login_is_shut_cannot_sign():
    nurse, gone, shut = make_staff("ward_nurse"), give_pin(make_staff("ward_nurse", left_on=clock.today())), give_pin(person())
    shut.user.is_active = False
    shut.user.save()
    for staff in (gone, shut):
        with pytest.raises(CannotSign):
            prove(staff, PIN, by=nurse)
    with pytest.raises(NotFound):
        prove(uuid.uuid4(), PIN, by=nurse)


def test_a_demo_pin_signs_nothing_outside_demo_mode(settings):
    demo, nurse = give_pin(person()), make_staff("ward_nurse")
    demo.user.is_demo = True
    demo.user.save()
    assert prove(demo, PIN, by=nurse)[1] == "pin"
    settings.DEMO = False
    with pytest.raises(CannotSign):
        prove(demo, PIN, by=nurse)


def test_where_the_institution_says_so_only_who_is_on_duty_signs(settings, ward):
    settings.SECOND_PERSON_ON_DUTY = True
    with pytest.raises(NotOnDuty):
        prove(give_pin(ward.colleague), PIN, by=ward.nurse)
    now = clock.now()
    Shift.objects.create(staff=ward.colleague, department=ward.department, during=DateTimeTZRange(now - dt.timedelta(hours=1),
                                                                                                 now + dt.timedelta(hours=1)))
    assert prove(ward.colleague, PIN, by=ward.nurse)[1] == "pin"


def test_the_system_telling_what_happened_elsewhere_proves_nothing():
    colleague = make_staff("ward_nurse")
    assert prove(colleague, "", by=make_system()) == (colleague, "")


@pytest.mark.parametrize("pin", ["123", "123456789", "1234", "4321", "7777", "12a4", "", "١٢٣٧", "2580"])
def test_a_weak_pin_is_refused(pin):
    nurse = person()
    with pytest.raises(PinTooWeak):
        set_pin(by=nurse, pin=pin, password="correct horse battery")
    assert not StaffPin.objects.exclude(hash="").exists()


def test_a_pin_is_chosen_by_its_owner_with_the_own_password_and_is_never_kept_in_clear():
    nurse = person()
    with pytest.raises(WrongPassword):
        set_pin(by=nurse, pin="9175", password="wrong")
    row = set_pin(by=nurse, pin="9175", password="correct horse battery")
    assert "9175" not in row.hash and "9175" not in str(JournalEntry.objects.get().data)
    forgive(nurse)
    assert prove(nurse, "9175", by=make_staff("ward_nurse"))[1] == "pin"


def test_the_page_sets_the_pin(client):
    nurse = person()
    client.force_login(nurse.user, backend="emr.signin.Backend")
    page = client.get(reverse("emr:own_pin"))
    assert page.status_code == 200 and "password does the same" in page.content.decode()
    sent = {"password": "correct horse battery", "pin": "9175", "again": "9176", "request_key": str(uuid.uuid4())}
    assert client.post(reverse("emr:own_pin"), sent).status_code == 400
    assert client.post(reverse("emr:own_pin"), sent | {"again": "9175"}).status_code == 302
    assert StaffPin.objects.get(staff=nurse).hash


PROVEN = sorted(name for name, act in ACTS.items() if set(act.proofs) - {"by"})


@pytest.mark.parametrize("name", PROVEN)
def test_an_unproven_second_person_is_refused_by_every_act_that_takes_one(name):
    role = "ward_doctor" if name.startswith("orders.") and "second_signature" in ACTS[name].proofs else "head_nurse"
    role = "pharmacist" if name == "orders.undo_stock_move" else role
    actor, colleague = make_staff(role), give_pin(make_staff(role))
    who = next(iter(ACTS[name].proofs))
    with pytest.raises(Refusal) as caught:
        ACTS[name](uuid.uuid4(), by=actor, **{who: colleague, ACTS[name].proofs[who]: "9999"})
    assert caught.value.code == "emr.pin_wrong"
