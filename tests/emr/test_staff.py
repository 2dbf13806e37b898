"""Staff, roles, shifts, logins, tokens, opened charts: the acts and their refusals."""
import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from emr import clock
from emr.access import ChartNotVisible, chart_for
from emr.actions.break_glass import AlreadyReviewed, GlassNotNeeded, OwnReview, break_glass, review_glass
from emr.actions.place import (
    PlaceExists,
    set_up_bed,
    set_up_department,
    set_up_institution,
    set_up_room,
    set_up_ward,
)
from emr.actions.staff import (
    HasLeft,
    RoleAlreadyHeld,
    RoleEndsTooEarly,
    ShiftOverlaps,
    StaffCodeTaken,
    UnknownRole,
    UsernameTaken,
    end_employment,
    end_role,
    enrol_staff,
    grant_role,
    set_shift,
)
from emr.actions.user import TokenRevoked, WeakPassword, issue_token, revoke_token, set_password
from emr.errors import Malformed, NotPermitted, ReasonMissing
from emr.models import ApiToken, BreakGlass, Department, JournalEntry, Shift, Staff, StaffRole, User
from tests.factories import make_department, make_encounter, make_institution, make_patient, make_staff, make_system
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_staff("admin")


def refused(refusal, call):
    """The call is refused so, and leaves no journal row."""
    before = JournalEntry.objects.count()
    with pytest.raises(refusal) as caught:
        call()
    assert caught.value.code == refusal.code and JournalEntry.objects.count() == before


def test_a_member_of_staff_is_enrolled_once(admin):
    nurse = enrol_staff(by=admin, family="Kim", code="N1", username="Kim.A")
    assert nurse.user.username == "kim.a" and not nurse.user.has_usable_password()
    refused(StaffCodeTaken, lambda: enrol_staff(by=admin, family="Lee", code="N1"))
    refused(UsernameTaken, lambda: enrol_staff(by=admin, family="Lee", code="N2", username="kim.a"))
    refused(Malformed, lambda: enrol_staff(by=admin, family="", code="N3"))
    refused(Malformed, lambda: enrol_staff(by=admin, family="X", code="N3", kind="system"))
    refused(NotPermitted, lambda: enrol_staff(by=make_staff("manager"), family="X", code="N3"))
    assert not Staff.objects.filter(family__in=["Lee", "X"]).exists()


def test_a_role_is_granted_for_a_time_and_ended(admin):
    staff, department = make_staff(), make_department()
    role = grant_role(staff, by=admin, role="ward_nurse", department=department)
    assert Staff.objects.get(pk=staff.pk).may("nursing.administer_dose")
    refused(RoleAlreadyHeld, lambda: grant_role(staff, by=admin, role="ward_nurse", department=department))
    refused(UnknownRole, lambda: grant_role(staff, by=admin, role="king"))
    refused(UnknownRole, lambda: grant_role(staff, by=admin, role="system"))
    refused(RoleEndsTooEarly, lambda: grant_role(staff, by=admin, role="lab", until=dt.date(2000, 1, 1)))
    with clock.at(clock.now() + dt.timedelta(days=1)):
        end_role(role, by=admin)
        assert not Staff.objects.get(pk=staff.pk).may("nursing.administer_dose")
    assert StaffRole.objects.count() == 2


def test_whoever_leaves_can_do_nothing_any_more(admin):
    staff = make_staff("ward_nurse", login="leaving")
    token = issue_token(staff.user, by=admin)
    end_employment(staff, by=admin)
    token.refresh_from_db()
    assert token.revoked_at and not User.objects.get(username="leaving").is_active
    refused(HasLeft, lambda: grant_role(staff, by=admin, role="lab"))
    refused(HasLeft, lambda: end_employment(staff, by=admin))
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert not Staff.objects.get(pk=staff.pk).role_names


def test_one_person_has_one_shift_at_a_time_in_a_department(admin):
    staff, department, start = make_staff(), make_department(), clock.now()
    hours = dt.timedelta(hours=12)
    set_shift(staff, by=admin, department=department, starts_at=start, ends_at=start + hours)
    refused(ShiftOverlaps, lambda: set_shift(staff, by=admin, department=department, starts_at=start + hours / 2,
                                             ends_at=start + 2 * hours))
    set_shift(staff, by=admin, department=department, starts_at=start + hours, ends_at=start + 2 * hours)
    refused(Malformed, lambda: set_shift(staff, by=admin, department=department, starts_at=start, ends_at=start))
    assert Shift.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_shift_set_twice_at_once_stands_once():
    admin, staff, department, start = make_staff("admin"), make_staff(), make_department(), clock.now()
    given = {"department": department, "starts_at": start, "ends_at": start + dt.timedelta(hours=8)}
    results = at_once(*[lambda: set_shift(staff, by=admin, **given)] * 2)
    assert sorted(isinstance(result, ShiftOverlaps) for result in results) == [False, True] and Shift.objects.count() == 1


def test_weak_passwords_are_refused_except_for_demo_logins(admin):
    staff = make_staff(login="someone")
    refused(WeakPassword, lambda: set_password(staff.user, by=admin, password="demo"))
    set_password(staff.user, by=admin, password="plum tree river")
    assert User.objects.get(pk=staff.user_id).check_password("plum tree river")
    User.objects.filter(pk=staff.user_id).update(is_demo=True)
    set_password(staff.user, by=admin, password="demo")
    assert "plum" not in str(JournalEntry.objects.values_list("data", flat=True))


def test_a_token_is_shown_once_kept_as_a_hash_and_can_be_withdrawn(admin, client):
    staff = make_staff("registrar", login="robot")
    token = issue_token(staff.user, by=admin, label="test")
    assert token.plain and token.plain not in str(ApiToken.objects.values()) + str(list(JournalEntry.objects.values()))
    bearer = {"Authorization": f"Bearer {token.plain}"}
    assert client.get("/api/emr/patients", headers=bearer).status_code == 200
    revoke_token(token, by=admin)
    assert client.get("/api/emr/patients", headers=bearer).status_code == 401
    refused(TokenRevoked, lambda: revoke_token(token, by=admin))
    refused(Malformed, lambda: issue_token(staff.user, by=admin, days=0))


def test_the_command_prints_only_the_token(client):
    make_system()
    make_staff("registrar", login="robot")
    out = StringIO()
    call_command("issue_token", user="robot", stdout=out)
    assert client.get("/api/emr/patients", headers={"Authorization": f"Bearer {out.getvalue().strip()}"}).status_code == 200
    with pytest.raises(CommandError):
        call_command("issue_token", user="nobody")


def test_places_are_set_up_once(admin):
    institution = make_institution()
    with pytest.raises(NotPermitted):
        set_up_institution(by=admin, name="X", short_name="X")
    assert set_up_institution(by=make_system(), name="City hospital", short_name="City").pk == institution.pk
    surgery = set_up_department(by=admin, code="surgery", name="Surgery", kind="inpatient")
    ward = set_up_ward(surgery, by=admin, code="s1", name="Ward")
    room = set_up_room(ward, by=admin, code="1")
    set_up_bed(room, by=admin, label="1-1")
    refused(PlaceExists, lambda: set_up_department(by=admin, code="surgery", name="Again", kind="inpatient"))
    refused(PlaceExists, lambda: set_up_ward(surgery, by=admin, code="s1", name="Again"))
    refused(PlaceExists, lambda: set_up_room(ward, by=admin, code="1"))
    refused(PlaceExists, lambda: set_up_bed(room, by=admin, label="1-1"))
    refused(Malformed, lambda: set_up_department(by=admin, code="x", name="X", kind="castle"))
    assert Department.objects.count() == 1


def test_the_glass_opens_one_chart_for_four_hours():
    doctor, patient, other = make_staff("ward_doctor"), make_patient(), make_patient()
    refused(ReasonMissing, lambda: break_glass(patient, by=doctor, reason=" "))
    refused(NotPermitted, lambda: break_glass(patient, by=make_staff("lab"), reason="x"))
    glass = break_glass(patient, by=doctor, reason="emergency")
    assert glass.until - glass.opened_at == dt.timedelta(hours=4)
    assert chart_for(doctor, patient, "test").link == "glass"
    refused(GlassNotNeeded, lambda: break_glass(patient, by=doctor, reason="again"))
    with pytest.raises(ChartNotVisible):
        chart_for(doctor, other, "test")
    with clock.at(glass.until), pytest.raises(ChartNotVisible):
        chart_for(doctor, patient, "test")


def test_no_glass_is_broken_where_a_care_link_stands():
    department = make_department()
    doctor, patient = make_staff("ward_doctor", department=department), make_patient()
    make_encounter(patient, department=department)
    refused(GlassNotNeeded, lambda: break_glass(patient, by=doctor, reason="x"))
    assert not BreakGlass.objects.exists()


def test_an_opening_is_reviewed_once_and_by_another():
    nurse = make_staff("head_nurse")
    own = break_glass(make_patient(), by=nurse, reason="x")
    refused(OwnReview, lambda: review_glass(own, by=nurse, verdict="fine"))
    glass = break_glass(make_patient(), by=make_staff("ward_nurse"), reason="x")
    refused(ReasonMissing, lambda: review_glass(glass, by=nurse, verdict=""))
    review_glass(glass, by=nurse, verdict="fine")
    refused(AlreadyReviewed, lambda: review_glass(glass, by=nurse, verdict="fine"))
