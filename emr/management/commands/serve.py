"""`./run`: the web application and its job worker, ready to be used in a browser."""
import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import OperationalError, connections

from emr import pg
from emr.navigation import DEMO_LOGINS

SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 15
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = (
        "Serves the application: brings the database up to date, fills an empty demo hospital, collects static files, "
        "then runs the web server and the job worker until stopped. EMR_BIND, EMR_PORT and EMR_WORKERS set where."
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        for number in SIGNALS:
            signal.signal(number, _leave)
        bind, port = os.environ.get("EMR_BIND", "127.0.0.1"), _port()
        _refuse_taken(bind, port)
        self._prepare()
        children = {"web server": _web_server(bind, port)}
        if "work" in get_commands():
            children["job worker"] = [sys.executable, str(pg.ROOT / "manage.py"), "work"]
        running = {}
        try:
            for name, command in children.items():
                running[name] = _start(command)
            _wait_for_answer(bind, port, running["web server"])
            self._say_where(bind, port)
            self._watch(children, running)
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            _stop(running.values())

    def _prepare(self) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        if settings.DEMO and "seed_demo" in get_commands():
            call_command("seed_demo")
        if collect_static():
            self.stdout.write("Static files collected.")
        connections.close_all()

    def _say_where(self, bind: str, port: int) -> None:
        host = "127.0.0.1" if bind in ("0.0.0.0", "::") else bind
        self.stdout.write(f"\nHospital EMR is running at http://{host}:{port}/  (Ctrl-C stops it)")
        if settings.DEMO:
            self.stdout.write("Demo hospital, invented people only. The password of every login is: demo")
            self.stdout.write(f"Logins: {' '.join(DEMO_LOGINS)}")
        self.stdout.write("")
        self.stdout.flush()

    def _watch(self, children: dict, running: dict) -> None:
        """Keep the database and the job worker up for as long as the web server runs."""
        while True:
            time.sleep(1)
            if (status := running["web server"].poll()) is not None:
                raise CommandError(f"The web server stopped by itself (status {status}).")
            if pg.revive():
                self.stderr.write("The database had stopped; it was started again.")
            if "job worker" in running and (status := running["job worker"].poll()) is not None:
                self.stderr.write(f"The job worker stopped (status {status}); starting it again.")
                time.sleep(4)
                running["job worker"] = _start(children["job worker"])


def collect_static() -> bool:
    """Collect static files unless their sources are the ones collected last time; true when it was done."""
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with open(root.with_name(f"{root.name}.stamp"), "a+") as stamp:
        fcntl.flock(stamp, fcntl.LOCK_EX)
        stamp.seek(0)
        now = _static_sources()
        if stamp.read() == now and root.is_dir():
            return False
        stamp.truncate(0)  # an interrupted collection must not look like the last whole one
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write(now)
    return True


def _static_sources() -> str:
    found = [f"{settings.STORAGES['staticfiles']['BACKEND']} {settings.STATIC_URL}"]
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = os.stat(storage.path(name))
            found.append(f"{getattr(storage, 'prefix', '')}/{name} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


def _port() -> int:
    text = os.environ.get("EMR_PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CommandError(f"EMR_PORT must be a port number, not {text!r}.")
    return int(text)


def _refuse_taken(bind: str, port: int) -> None:
    """Refuse at once, before any work, when another program listens there."""
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise CommandError(
                f"{bind}:{port} cannot be used ({error.strerror}). Choose another port, for example: "
                f"EMR_PORT={port + 1 if port < 65535 else 8001} ./run"
            ) from error


def _web_server(bind: str, port: int) -> list[str]:
    workers = os.environ.get("EMR_WORKERS") or str(os.cpu_count() or 1)
    # One thread per worker: threads of one process only fight for the interpreter, and each would hold a connection.
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", bind, "--port", str(port), "--no-ws",
        "--workers", workers, "--blocking-threads", "1", "--respawn-failed-workers", "--log-level", "warning",
        "--workers-kill-timeout", "10", "--working-dir", str(pg.ROOT), "emr.wsgi:application",
    ]


def _start(command: list[str]) -> subprocess.Popen:
    # A group of its own: Ctrl-C reaches only this process, which then stops the children in order.
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=pg.ROOT, stdin=quiet, process_group=0, preexec_fn=_end_with_parent)


def _end_with_parent() -> None:
    """Ask Linux to stop this child when its parent is killed, so that no server is left holding the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))


def _wait_for_answer(bind: str, port: int, server: subprocess.Popen) -> None:
    address = ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind), port)
    for _ in range(SECONDS_TO_ANSWER * 10):
        if server.poll() is not None:
            raise CommandError(f"The web server did not start (status {server.returncode}); its reason is above.")
        try:
            socket.create_connection(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise CommandError(f"The web server did not answer within {SECONDS_TO_ANSWER} s.")


def _stop(processes) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leave(number, frame):
    raise SystemExit(0)
