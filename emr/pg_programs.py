"""PostgreSQL's own programs (pg_dump, pg_restore, psql) run against this installation's database."""
import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from emr.pg_binaries import EmbeddedPostgresError, find_bin


class ProgramFailed(Exception):
    """A program of PostgreSQL ended with an error; its last words are the message."""


def run(name: str, *arguments, stdout=None, stdin=None) -> None:
    """Run a program against the configured database. Raises ProgramFailed with what it said."""
    # The password goes by environment: arguments can be read by everybody on the machine.
    settings = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": settings.get("PASSWORD") or "", "PGOPTIONS": "-c statement_timeout=0"}
    command = [str(_program(name)), "-h", settings["HOST"] or "localhost", "-U", settings["USER"] or "postgres",
               *(["-p", str(settings["PORT"])] if settings["PORT"] else []), *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=stdout, stdin=stdin, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise ProgramFailed(f"{name}: {words[-1]}")


def _program(name) -> Path:
    """The program beside the embedded server, else the system's: it must be at least as new as the server."""
    try:
        beside = find_bin() / name
    except EmbeddedPostgresError:
        beside = None
    if beside is not None and beside.exists():
        return beside
    found = shutil.which(name)
    if not found:
        raise ProgramFailed(f"{name} was not found: install PostgreSQL's client programs")
    return Path(found)
