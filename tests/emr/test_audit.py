"""The record shows tampering: changed rows, cut tails, missing seals, writes outside acts; nothing in flight is missed."""
import datetime as dt
import os
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from emr.access import log_reading
from emr.actions.condition import record_condition
from emr.actions.seal import YoungerCluster, continue_after_restore, seal_all
from emr.models import AccessEntry, AuditSeal, Condition, JournalEntry, Patient, RowHistory
from emr.rules import audit, sealing
from tests.factories import make_department, make_encounter, make_staff
from tests.races import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # What is in flight anywhere on the server is sealed later; that is what these tests count.
    pytest.mark.skipif("PYTEST_XDIST_WORKER" in os.environ, reason="a neighbour's open transaction holds the seals back"),
]


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("EMR_SEAL_KEY", "a key for tests")
    monkeypatch.setenv("EMR_SEAL_COPY", str(tmp_path / "seals.json"))


@pytest.fixture
def ward():
    """A stay whose rows were written without acts, so that only what tests do is found; history begins here."""
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    with unguarded("emr_rowhistory"):
        run("delete from emr_rowhistory where txid not in (select txid from emr_journalentry)")
    return doctor, stay


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def unguarded(*tables):
    """What somebody with the owner's rights can do: switch the triggers off."""
    for table in tables:
        run(f"alter table {table} disable trigger user")
    yield
    for table in tables:
        run(f"alter table {table} enable trigger user")


def kinds(wanted=None):
    """Kinds of findings about rows that acts wrote; the factories' own rows have no images here."""
    return sorted({found.kind for found in audit.findings()
                   if "no image" not in found.text and (wanted is None or found.kind == wanted)})


def write(doctor, stay, text="Pneumonia"):
    return record_condition(stay.patient, by=doctor, text=text, stage="clinical")


def test_a_whole_record_has_no_findings(ward):
    write(*ward)
    seal_all()
    write(*ward, text="Asthma")
    log_reading(ward[0], ward[1].patient, "test", "care")
    seal_all()
    assert kinds() == []
    assert AuditSeal.objects.filter(stream="history").count() == 2 and AuditSeal.objects.filter(stream="access").count() == 1


def test_sealing_again_without_news_seals_nothing(ward):
    write(*ward)
    assert set(seal_all()) == {"journal", "history"}
    assert seal_all() == {}


def test_a_row_changed_with_triggers_off_is_found(ward):
    row = write(*ward)
    seal_all()
    with unguarded("emr_condition"):
        Condition.objects.filter(pk=row.pk).update(text="Healthy")
    assert kinds() == ["row strayed"]
    assert [found.where for found in audit.strayed_rows("emr_condition")] == [f"emr_condition {row.pk}"]


def test_a_row_deleted_with_triggers_off_is_found(ward):
    row = write(*ward)
    with unguarded("emr_condition"):
        Condition.objects.filter(pk=row.pk).delete()
    assert [found.text for found in audit.strayed_rows("emr_condition")] == ["the row is gone"]


def test_an_image_rewritten_together_with_its_hash_breaks_the_seal(ward):
    row = write(*ward)
    seal_all()
    with unguarded("emr_rowhistory", "emr_condition"):
        Condition.objects.filter(pk=row.pk).update(text="Healthy")
        run(f"""update emr_rowhistory set image = jsonb_set(image, '{{text}}', '"Healthy"') where row_id = '{row.pk}'""")
        assert "image changed" in kinds()  # the clumsy one
        run("""update emr_rowhistory set row_hash =
               sha256(convert_to(concat_ws('|', at, txid, table_name, row_id, operation, image), 'UTF8'))""")
    assert kinds() == ["seal broken"]


def test_a_changed_journal_or_access_row_breaks_its_seal(ward):
    write(*ward)
    log_reading(ward[0], ward[1].patient, "test", "care")
    seal_all()
    with unguarded("emr_journalentry", "emr_accessentry"):
        JournalEntry.objects.update(act="emr.withdraw_condition")
        AccessEntry.objects.all().delete()
    assert {found.where.split()[0] for found in audit.broken_seals()} == {"journal", "access"}


def test_a_cut_tail_is_found_even_when_its_seals_are_cut_too(ward):
    write(*ward)
    seal_all()
    write(*ward, text="Asthma")
    seal_all()
    last = AuditSeal.objects.filter(stream="history").latest("below_txid")
    with unguarded("emr_rowhistory", "emr_auditseal"):
        RowHistory.objects.filter(pk__gte=last.first_id).delete()
        assert kinds("seal broken") == ["seal broken"]
        last.delete()
    assert kinds("seal missing") == ["seal missing"]


def test_another_key_makes_other_seals(ward, monkeypatch):
    write(*ward)
    seal_all()
    monkeypatch.setenv("EMR_SEAL_KEY", "a guess")
    assert kinds() == ["seal broken"]


def test_rows_still_in_flight_are_sealed_later_and_none_is_missed(ward):
    doctor, stay = ward
    slow = transaction.atomic()
    slow.__enter__()
    record_condition(stay.patient, by=doctor, text="Slow", stage="clinical")  # its ids are lower, its commit later
    other = make_encounter_outside(doctor)
    at_once(lambda: record_condition(other, by=doctor, text="Quick", stage="clinical"))
    at_once(seal_all)
    sealed_early = AuditSeal.objects.filter(stream="journal").count()
    slow.__exit__(None, None, None)
    seal_all()
    assert sealed_early == 0, "a stretch ends before the oldest transaction under way"
    assert AuditSeal.objects.get(stream="journal").count == 2 and kinds("seal broken") == []


def make_encounter_outside(doctor):
    """Another patient of the doctor's department, made by another connection."""
    department = doctor.live_roles[0].department
    return at_once(lambda: make_encounter(department=department).patient)[0]


def test_writes_outside_acts_are_listed(ward):
    Patient.objects.filter(pk=ward[1].patient_id).update(description="behind the acts")
    assert [(found.kind, found.where) for found in audit.writes_outside_acts()] == [("written outside an act", "emr_patient")]


def test_the_hash_does_not_depend_on_the_time_zone_of_the_session(ward):
    with transaction.atomic():
        run("set local timezone = 'Asia/Tokyo'")
        write(*ward)
    assert kinds("image changed") == []


def test_the_command_tells_findings_and_ends_with_an_error(ward, capsys):
    write(*ward)
    seal_all()
    with pytest.raises(CommandError), unguarded("emr_journalentry"):
        JournalEntry.objects.update(act="x")
        call_command("verify_audit")
    assert "seal broken: journal" in capsys.readouterr().out


def test_the_key_file_is_for_the_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("EMR_SEAL_KEY")
    monkeypatch.setattr("emr.pg.data_dir", lambda: tmp_path)
    first = sealing.key()
    assert first == sealing.key() and len(first) > 40
    assert (tmp_path / "seal-key").stat().st_mode & 0o777 == 0o600


def test_after_a_restore_into_a_younger_cluster_sealing_goes_on(ward):
    write(*ward)
    seal_all()
    below = audit.horizon() + 1_000_000
    with unguarded("emr_auditseal"):
        AuditSeal.objects.update(below_txid=below)
    write(*ward, text="After the restore")
    with pytest.raises(YoungerCluster):
        seal_all()
    try:
        continue_after_restore()
        write(*ward, text="Numbers go on")
        assert JournalEntry.objects.latest("pk").txid > below
        assert "journal" in seal_all()
    finally:
        run(f"alter database {connection.ops.quote_name(connection.settings_dict['NAME'])} reset emr.txid_offset")
        connection.close()


def test_sealed_moments_are_real_ones(ward):
    write(*ward)
    seal = seal_all()["journal"]
    seal.refresh_from_db()
    assert dt.datetime.now(dt.UTC) - seal.sealed_at < dt.timedelta(minutes=1)
