"""`./run check_durability`: does a committed entry survive the loss of the server?"""
import os
import signal
import time

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection

from emr import pg

# Settings without which a committed row may be lost or a torn page go unnoticed; PostgreSQL's documentation, "Reliability".
NEEDED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}
ROWS = 200


class Command(BaseCommand):
    help = "Checks the server's settings; with --kill it also kills the embedded server in the middle of commits and counts."

    def add_arguments(self, parser):
        parser.add_argument("--kill", action="store_true", help="kill -9 the embedded server; run it when nobody works")

    def handle(self, *args, kill, **options):
        wrong = []
        with connection.cursor() as cursor:
            for name, wanted in NEEDED.items():
                cursor.execute(f"show {name}")
                found = cursor.fetchone()[0]
                self.stdout.write(f"{name:<20} {found:<6} {'ok' if found == wanted else 'must be ' + wanted}")
                if found != wanted:
                    wrong.append(name)
        if kill:
            self._kill_and_count()
        if wrong:
            raise CommandError(f"Entries can be lost: set {', '.join(wrong)} in postgresql.conf.")
        self.stdout.write("Committed means on disk.")

    def _wait_for_server(self):
        """The killed server's children leave by themselves; until then the socket answers with an error."""
        for _ in range(100):
            try:
                pg.revive()
                connection.ensure_connection()
                return
            except OperationalError:
                time.sleep(0.2)
        raise CommandError("The server did not come back within 20 s; start the application again.")

    def _kill_and_count(self):
        if os.environ.get("DATABASE_URL"):
            raise CommandError("--kill is for the embedded server only; pull the plug of a test machine instead.")
        with connection.cursor() as cursor:
            cursor.execute("create table if not exists durability_check (n integer)")
            for n in range(ROWS):
                cursor.execute("insert into durability_check values (%s)", [n])
        postmaster = int((pg.Cluster().data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        connection.close()
        self._wait_for_server()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from durability_check")
            kept = cursor.fetchone()[0]
            cursor.execute("drop table durability_check")
        self.stdout.write(f"killed the server after {ROWS} commits: {kept} are there")
        if kept != ROWS:
            raise CommandError(f"{ROWS - kept} committed rows are gone.")
