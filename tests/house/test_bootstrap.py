"""From a bare machine to a page: the locks, `./run`, `./test`, `serve` and the two questions of a supervisor."""
import ast
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory

from emr.management.commands import serve
from emr.web import health

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def requirements(lock):
    """The blocks of a lock: one requirement with its hashes each."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


# -- the locks


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_package_index(lock):
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock):
    blocks = requirements(lock)
    assert len(blocks) > 40
    for block in blocks:
        assert re.match(r"[\w.\-\[\],]+==\S+", block), block
        assert "--hash=sha256:" in block, block


def test_the_development_lock_repeats_every_pin_of_the_runtime_lock():
    """Else ./run and ./test would take turns at reinstalling."""
    pins = [{block.split(" ")[0] for block in requirements(lock)} for lock in LOCKS]
    assert pins[0] <= pins[1]


def test_psycopg_3_and_uv_are_in_no_lock():
    names = {re.split(r"[=\[]", block)[0] for lock in LOCKS for block in requirements(lock)}
    assert not names & {"psycopg", "psycopg-binary", "psycopg-c", "uv"}


# -- ./run and ./test


def test_an_old_python_can_read_the_bootstrap():
    ast.parse((ROOT / "scripts" / "bootstrap.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("name", ["run", "test", ".ci/run", "scripts/lock"])
def test_the_commands_are_executable(name):
    assert os.access(ROOT / name, os.X_OK)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with our bootstrap, locks without packages, and a manage.py that tells how it was called."""
    place = tmp_path / "checkout"
    (place / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "run", place)
    shutil.copy(ROOT / "scripts" / "bootstrap.py", place / "scripts")
    for lock in LOCKS:
        (place / lock).write_text("")
    (place / "manage.py").write_text("import os, sys\nprint(sys.argv[1:], os.getcwd(), os.environ['EMR_DATA_DIR'])\n")
    return place


def run(checkout, *arguments, cwd):
    """`./run` of that checkout with this test's own Python as python3, and no system packages installed by it."""
    tools = checkout.parent / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "python3").exists():
        (tools / "python3").symlink_to(sys._base_executable)
    environment = os.environ | {"EMR_NO_APT": "1", "EMR_DATA_DIR": "data", "PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run([checkout / "run", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)


def test_run_prepares_once_and_then_only_when_the_lock_changes(checkout, tmp_path):
    first = run(checkout, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "['serve']" in first.stdout
    assert "installing the Python packages" in first.stderr
    assert "installing" not in run(checkout, cwd=tmp_path).stderr
    (checkout / "requirements.lock").write_text("# changed\n")
    (checkout / "requirements-dev.lock").write_text("# changed\n")
    assert "installing the Python packages" in run(checkout, cwd=tmp_path).stderr


def test_run_hands_a_command_on_and_stays_where_the_caller_is(checkout, tmp_path):
    answer = run(checkout, "import_bundle", "some file.json", cwd=tmp_path)
    assert answer.stdout == f"['import_bundle', 'some file.json'] {tmp_path} {tmp_path / 'data'}\n"


# -- serve


def test_a_port_in_use_is_refused_before_any_work():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = os.environ | {"EMR_PORT": str(port), "EMR_PG_KIND": "test"}
        answer = subprocess.run([sys.executable, ROOT / "manage.py", "serve"], env=environment, capture_output=True,
                                text=True)
    assert answer.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in answer.stderr
    assert f"EMR_PORT={port + 1}" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_static_files_are_collected_again_only_when_a_source_changed(settings, tmp_path):
    source = tmp_path / "source" / "ward.css"
    source.parent.mkdir()
    source.write_text("a {}")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATIC_ROOT = tmp_path / "static"
    assert serve.collect_static() is True
    assert serve.collect_static() is False
    source.write_text("b { }")
    assert serve.collect_static() is True
    assert (tmp_path / "static" / "ward.css").read_text() == "b { }"


# -- a supervisor's questions


def test_healthz_answers_without_the_database(client):
    """No database mark on this test: a query would be an error."""
    answer = health.healthz(RequestFactory().get("/healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ready_when_the_tables_are_this_versions(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    assert health.readyz(RequestFactory().get("/readyz")).status_code == 200


@pytest.mark.django_db
def test_readyz_names_missing_migrations(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    answer = health.readyz(RequestFactory().get("/readyz"))
    assert answer.status_code == 503
    assert b"migrate" in answer.content
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_supervisor_needs_no_login(client, path):
    assert client.get(path).status_code == 200
