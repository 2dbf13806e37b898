"""The embedded PostgreSQL: a private cluster, started by its first user and stopped by its last.

Used when DATABASE_URL is unset: for demonstrations, tests and very small sites. It listens on a Unix socket in a folder
closed to other accounts, so there is no password to keep and no port to collide. Root may not run PostgreSQL, so for
root the server runs as the system account `emr-db`.

Two clusters: `main`, durable and with checksums, and `test`, which trades all safety for speed.
"""
from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from emr.pg_binaries import EmbeddedPostgresError, copy_for_everyone, find_bin, major

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "emr-db"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_FOLDER = 85  # bytes: the kernel takes 108 with the socket's own name
HERE = "/proc/self/cwd"  # the server's working folder, reachable even when its parents are closed to it
SETTINGS = {"listen_addresses": "", "port": 5432, "max_connections": 100, "shared_buffers": "128MB"}
SETTINGS_FOR_TESTS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": 0, "autovacuum": "off", "jit": "off",
}
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_held: list[tuple[int, Cluster, object]] = []  # (process, cluster, open users file); a fork must not count itself


def ensure(kind: str = "main") -> None:
    """Make sure the database can be used by this process; start the embedded one if nobody has.

    This process counts as a user until it ends. A problem ends the process with one plain sentence.
    """
    try:
        if os.environ.get("DATABASE_URL"):
            database()
        elif not any(pid == os.getpid() and cluster.kind == kind for pid, cluster, _ in _held):
            Cluster(kind).start()
    except EmbeddedPostgresError as problem:
        sys.exit(f"[database] {problem}")


def revive() -> bool:
    """Start the embedded server again if it died under this process; true when that was needed."""
    dead = [cluster for pid, cluster, _ in _held if pid == os.getpid() and not cluster.alive()]
    for cluster in dead:
        cluster.start_if_down()
    return bool(dead)


def release() -> None:
    """Stop being a user of the embedded server; the last one out stops it. Runs by itself when a process ends."""
    mine = [entry for entry in _held if entry[0] == os.getpid()]
    for entry in mine:
        _held.remove(entry)
        entry[1].leave(entry[2])


def database() -> dict:
    """Django's settings for the database: DATABASE_URL, else the embedded cluster named by EMR_PG_KIND."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return Cluster(os.environ.get("EMR_PG_KIND", "main")).settings()
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise EmbeddedPostgresError("DATABASE_URL must begin with postgresql: (this EMR relies on PostgreSQL).")
    options = dict(parse_qsl(parts.query))
    return _django(
        NAME=unquote(parts.path[1:]), USER=unquote(parts.username or ""), PASSWORD=unquote(parts.password or ""),
        HOST=options.pop("host", unquote(parts.hostname or "")), PORT=str(parts.port or ""), OPTIONS=options,
    )


def data_dir() -> Path:
    """The folder of the embedded clusters and of what this installation makes for itself: EMR_DATA_DIR, else `var`."""
    return Path(os.path.abspath(os.environ.get("EMR_DATA_DIR") or ROOT / "var"))


class Cluster:
    """One PostgreSQL data folder under `data_dir()`, with its socket, log and the files its users lock."""

    def __init__(self, kind: str = "main"):
        self.kind = kind
        self.base = data_dir()
        self.data = self.base / f"pg-{kind}"
        self.log = self.base / f"pg-{kind}.log"
        self.sock = self._socket_folder()
        self.account: pwd.struct_passwd | None = None

    def settings(self) -> dict:
        """Django's settings for this cluster. Needs no running server."""
        return _django(NAME="emr", USER="emr", HOST=str(self.sock), PORT="5432")

    def alive(self) -> bool:
        """Whether the server answers. Asks its socket too: after a kill -9 the pid file lies."""
        return (self.data / "postmaster.pid").exists() and self._answers()

    def start(self) -> None:
        """Start the server if it is down and stay its user until `leave`. Raises EmbeddedPostgresError."""
        self._make_base()
        with self._alone():
            self._start_if_down()
            users = open(self.base / f"{self.kind}.users", "a+")  # noqa: SIM115 - held for the life of this process
            fcntl.flock(users, fcntl.LOCK_SH)
        _held.append((os.getpid(), self, users))

    def start_if_down(self) -> None:
        """Start the server if it is down, for a process that already is its user. Raises EmbeddedPostgresError."""
        with self._alone():
            self._start_if_down()

    def leave(self, users) -> None:
        """Give up the users file from `start`, and stop the server if nobody else holds it."""
        if not self.base.exists():  # its folder was deleted: there is nothing left to stop cleanly
            users.close()
            return
        with self._alone():
            users.close()
            with open(self.base / f"{self.kind}.users", "a+") as others:
                try:
                    fcntl.flock(others, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return
                self.stop()

    def stop(self) -> None:
        """Stop the server in order: running statements are rolled back, everything committed is on disk."""
        self._become()
        if (self.data / "postmaster.pid").exists():
            self._run(self._programs() / "pg_ctl", "-D", self._data_arg(), "-m", "fast", "-w", "-s", "stop", **QUIET)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(self.sock / SOCKET_NAME))
            except OSError:
                return False
        return True

    # -- starting

    @contextlib.contextmanager
    def _alone(self):
        """Hold the cluster's start-and-stop lock."""
        with open(self.base / f"{self.kind}.lock", "a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_base(self) -> None:
        try:
            self.base.mkdir(parents=True, exist_ok=True, mode=0o711 if _is_root() else 0o700)
            with open(self.base / f"{self.kind}.lock", "a+"):
                pass
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The data folder {self.base} cannot be written ({error.strerror}). "
                "Set EMR_DATA_DIR to a folder this account owns, or DATABASE_URL to a server."
            ) from error

    def _start_if_down(self) -> None:
        if self.alive():
            return
        self._become()
        self._end_ghost()
        programs = self._programs()
        self._refuse_other_major(major(programs))
        self._own_folder(self.sock)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        self._configure()
        self._clear_stale()
        self._launch(programs)
        self._create_database()

    def _refuse_other_major(self, programs: int) -> None:
        try:
            made_by = int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return
        if made_by != programs:
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {made_by}, but the programs here are version {programs}. "
                "Dump it with the old programs and restore it with the new ones: docs/operations.md, "
                "'A new major version of the embedded database'."
            )

    def _initialise(self, programs: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first start left
        self._own_folder(self.data)
        locale = ["--locale=C.UTF-8"]
        if major(programs) >= 17:
            # The same order and case rules on every system. --locale stays beside it: with lc_ctype C the trigrams of
            # a Cyrillic name are empty, and the search for patients finds nobody.
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self._run(
            programs / "initdb", "-D", self._data_arg(), "-U", "emr", "-E", "UTF8", *locale,
            "--auth-local=trust", "--auth-host=reject", "--no-instructions",
            "--no-sync" if self.kind == "test" else "--data-checksums", capture_output=True,
        )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise EmbeddedPostgresError(f"The database could not be made in {self.data}: {done.stderr.strip()}")

    def _configure(self) -> None:
        """Write our settings, each start anew: the place of the socket may have changed."""
        options = SETTINGS | {"unix_socket_directories": self.sock}
        if self.kind == "test":
            options |= SETTINGS_FOR_TESTS
        ours, theirs = self.data / "emr.conf", self.data / "postgresql.conf"
        ours.write_text("".join(f"{name} = '{value}'\n" for name, value in options.items()))
        self._give(ours)
        if "include = 'emr.conf'" not in theirs.read_text():
            with open(theirs, "a") as file:
                file.write("include = 'emr.conf'\n")

    def _clear_stale(self) -> None:
        """Remove the pid files of a server that is gone.

        PostgreSQL believes them while a process of that number exists: a zombie (a container without an init keeps a
        killed server as one) or a stranger that got the number since. The truth is whether any process works in the
        data folder. The server's children end by themselves once it is gone; never start beside them.
        """
        if not Path("/proc/self/cwd").exists():
            return  # not Linux: PostgreSQL decides
        for _ in range(100):
            if not any(_works_in(process, self.data) for process in Path("/proc").glob("[0-9]*")):
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                (self.sock / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
                return
            time.sleep(0.1)

    def _end_ghost(self) -> None:
        """End a server whose data folder was deleted under it; it has nothing left to lose, and it keeps our socket."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            while self._answers():
                os.kill(int((self.sock / f"{SOCKET_NAME}.lock").read_text().split()[0]), signal.SIGQUIT)
                time.sleep(0.1)

    def _launch(self, programs: Path) -> None:
        # The log is opened here and no pipe is given: the server keeps what it inherits for as long as it runs.
        with open(self.log, "a") as log:
            done = self._run(programs / "pg_ctl", "-D", self._data_arg(), "-w", "-t", "60", "-s", "start",
                             stdout=log, stderr=log)
        if done.returncode:
            last = "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
            raise EmbeddedPostgresError(f"PostgreSQL did not start. The last lines of {self.log}:\n{last}")

    def _create_database(self) -> None:
        import psycopg2

        address = {"host": str(self.sock), "user": "emr", "dbname": "postgres"}
        with contextlib.closing(psycopg2.connect(**address)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("select 1 from pg_database where datname = 'emr'")
            if not cursor.fetchone():
                cursor.execute("create database emr")

    # -- the account the server runs as

    def _become(self) -> None:
        if _is_root() and not self.account:
            self.account = _server_account()

    def _run(self, program: Path, *arguments, **options) -> subprocess.CompletedProcess:
        """Run a PostgreSQL program as the server's account, in the data folder, without the caller's PG* and LC_*."""
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        command = [str(part) for part in (program, *arguments)]
        return subprocess.run(command, cwd=self.data, env=environment | {"LC_ALL": "C"}, text=True,
                              stdin=subprocess.DEVNULL, **options)

    def _programs(self) -> Path:
        folder = find_bin()
        return folder if self._can_enter(folder) else copy_for_everyone(folder)

    def _data_arg(self) -> str:
        """The data folder as the server may name it: by its working folder when its parents are closed (/root)."""
        if self._can_enter(self.data):
            return str(self.data)
        if Path(HERE).exists():
            return HERE
        raise EmbeddedPostgresError(
            f"{self.data} lies under a folder closed to the account {self.account.pw_name}, and there is no /proc. "
            "Set EMR_DATA_DIR to a folder it can reach, such as /var/lib/emr."
        )

    def _can_enter(self, folder: Path) -> bool:
        if not self.account:
            return True
        try_it = ["sh", "-c", 'cd "$1"', "sh", str(folder)]
        return subprocess.run(try_it, cwd="/", user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[],
                              **QUIET).returncode == 0

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _own_folder(self, folder: Path) -> None:
        """A folder only the server's account (and root) may enter. Refuses one that somebody else has made."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._give(folder)
            folder.chmod(0o700)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The folder {folder} cannot be made this account's own ({error.strerror}). Set EMR_DATA_DIR to a "
                "folder on a local disk that this account owns."
            ) from error
        found = folder.lstat()
        owner = self.account.pw_uid if self.account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise EmbeddedPostgresError(f"{folder} belongs to somebody else; remove it, then start again.")

    def _socket_folder(self) -> Path:
        beside = self.base / "run" / self.kind
        key = hashlib.sha256(str(self.base).encode()).hexdigest()[:12]
        if _is_root():  # beside the data it may be closed to the server's account
            return Path("/run" if Path("/run").is_dir() else "/var/run") / f"emr-{key}-{self.kind}"
        if len(os.fsencode(beside)) > LONGEST_SOCKET_FOLDER:
            return Path("/tmp") / f"emr-{os.geteuid()}-{key}-{self.kind}"
        return beside


def _django(**settings) -> dict:
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **settings}


def _is_root() -> bool:
    return os.geteuid() == 0


def _server_account() -> pwd.struct_passwd:
    """The system account `emr-db`, made on the first start; `nobody` where accounts cannot be made."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    if shutil.which("useradd"):
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                        "--shell", "/usr/sbin/nologin", ACCOUNT], check=False, **QUIET)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    return pwd.getpwnam("nobody")


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return os.readlink(process / "cwd") == str(folder)
    except OSError:  # ended meanwhile, a zombie, or another account's
        return False


atexit.register(release)
