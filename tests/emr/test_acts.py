"""The one door for writes."""
import uuid

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError

from emr import acts
from emr.errors import NotPermitted, Refusal, RequestKeyReused
from emr.journal import record
from emr.models import JournalEntry, RowHistory
from tests.factories import make_department, make_staff


class TooSmall(Refusal):
    code, status, message = "test.too_small", 422, "Too small."


@pytest.fixture
def rename(monkeypatch):
    """An act of these tests' own, granted to administrators."""
    monkeypatch.setattr("emr.permissions.ROLES", {"admin": {"test.rename"}})
    from emr.permissions import allowed

    allowed.cache_clear()

    @acts.act("test.rename")
    def rename(department, *, by, name):
        department.name = name
        department.save(update_fields=["name"])
        if name == "x":
            raise TooSmall()
        if name != "forgotten":
            record(department, name=name)
        return department

    yield rename
    del acts.ACTS["test.rename"]
    allowed.cache_clear()


pytestmark = pytest.mark.django_db


def test_an_act_writes_one_journal_row_that_joins_the_row_images(rename):
    admin, department = make_staff("admin"), make_department()
    rename(department, by=admin, name="Therapy")
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.by, entry.about(), entry.data) == ("test.rename", admin, department, {"name": "Therapy"})
    image = RowHistory.objects.filter(table_name="emr_department", row_id=str(department.pk)).latest("pk")
    assert image.image["name"] == "Therapy" and image.txid == entry.txid


def test_a_stranger_is_refused_and_nothing_is_written(rename):
    department = make_department(name="Before")
    with pytest.raises(NotPermitted):
        rename(department, by=make_staff("ward_nurse"), name="After")
    department.refresh_from_db()
    assert department.name == "Before" and not JournalEntry.objects.exists()


def test_a_refusal_inside_takes_everything_back(rename):
    department = make_department(name="Before")
    with pytest.raises(TooSmall):
        rename(department, by=make_staff("admin"), name="x")
    department.refresh_from_db()
    assert department.name == "Before" and not JournalEntry.objects.exists()


def test_an_act_that_forgets_its_journal_row_fails_loudly(rename):
    with pytest.raises(acts.ForgottenJournal):
        rename(make_department(), by=make_staff("admin"), name="forgotten")


def test_the_same_request_key_does_it_once(rename):
    admin, department, key = make_staff("admin"), make_department(), uuid.uuid4()
    first = rename(department, by=admin, name="Once", request_key=key)
    assert rename(department, by=admin, name="Twice", request_key=key) == first
    department.refresh_from_db()
    assert department.name == "Once" and JournalEntry.objects.count() == 1


def test_a_request_key_of_another_act_is_refused(rename):
    admin, department, key = make_staff("admin"), make_department(), uuid.uuid4()
    rename(department, by=admin, name="Once", request_key=key)
    with pytest.raises(RequestKeyReused):
        acts._done_before("test.other", admin, key)


@pytest.mark.parametrize("statement", ["update emr_journalentry set act = 'x'", "delete from emr_journalentry",
                                       "delete from emr_rowhistory", "delete from emr_department"])
def test_the_database_refuses_to_rewrite_the_past(rename, statement):
    rename(make_department(), by=make_staff("admin"), name="Kept")
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert JournalEntry.objects.get().act == "test.rename"


def test_bulk_updates_leave_their_images_too():
    department = make_department()
    type(department).objects.filter(pk=department.pk).update(name="Changed behind the acts")
    assert RowHistory.objects.filter(row_id=str(department.pk)).latest("pk").image["name"] == "Changed behind the acts"
