"""A backup comes back whole, a wrong file does not come back at all, a committed row survives a killed server."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(folder, *arguments):
    """Run a management command on an installation of its own; returns (status, everything it said)."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EMR_PG_KIND")}
    environment |= {"EMR_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "emr.settings", "EMR_DEMO": "1"}
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), *map(str, arguments)], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    return done.returncode, done.stdout


MAKE_A_PATIENT = """
from fhir_export.actions.hospital import enrol_system
from emr.actions.place import set_up_institution
from emr.actions.patient import register_patient
from emr.models import Staff
system = enrol_system(by=Staff(kind="system", family="System", code="SYSTEM"))
set_up_institution(name="Test", short_name="Test", by=system)
register_patient(family="Иванова", by=system, accept_duplicates=True)
"""
ASK = "from emr.models import Patient; print('found', list(Patient.objects.values_list('family', flat=True)))"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emr")
    assert manage(folder, "migrate", "-v0") == (0, "")
    status, said = manage(folder, "shell", "-v0", "-c", MAKE_A_PATIENT)
    assert status == 0, said
    return folder


def test_a_backup_comes_back_whole_in_another_installation(installation, tmp_path):
    file, other = tmp_path / "backup.dump", tmp_path / "other"
    status, said = manage(installation, "backup", file)
    assert status == 0 and "SHA-256" in said and file.stat().st_mode & 0o077 == 0
    other.mkdir()
    shutil.copy(installation / "seal-key", other) if (installation / "seal-key").exists() else None
    status, said = manage(other, "restore", file)
    assert status == 0 and "The record is whole." in said, said
    assert "found ['Иванова']" in manage(other, "shell", "-v0", "-c", ASK)[1]
    status, said = manage(other, "restore", file)
    assert status == 1 and "This installation has patients" in said
    status, said = manage(installation, "backup", file)
    assert status == 1 and "never written over" in said


@pytest.mark.parametrize("spoil, sentence", [
    (lambda file: file.write_bytes(b"PGDMP" + file.read_bytes()[5:-1] + b"x"), "is not what was written"),
    (lambda file: (file.write_bytes(b"%PDF-1.7"), file.with_name(f"{file.name}.sha256").unlink()), "is no backup made by"),
    (lambda file: file.unlink(), "cannot be read"),
])
def test_a_wrong_file_is_refused_and_nothing_is_touched(installation, tmp_path, spoil, sentence):
    file = tmp_path / "backup.dump"
    assert manage(installation, "backup", file)[0] == 0
    spoil(file)
    status, said = manage(installation, "restore", file, "--replace")
    assert status == 1 and sentence in said
    assert "found ['Иванова']" in manage(installation, "shell", "-v0", "-c", ASK)[1]


def test_committed_rows_survive_a_killed_server(installation):
    status, said = manage(installation, "check_durability", "--kill")
    assert status == 0 and "200 are there" in said and "Committed means on disk." in said, said
