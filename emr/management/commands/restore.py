"""`./run restore FILE`: bring a backup back into an empty installation, and prove that the record is whole."""
from pathlib import Path

from django.apps import apps
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from emr import pg_programs
from emr.management.commands.backup import digest_of
from emr.models import Patient


class Command(BaseCommand):
    help = "Restores FILE, made by `backup`, into an installation without patients; then verifies the record."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what is in this installation now")

    def handle(self, *args, file, replace, **options):
        self._check(file, replace)
        name = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute("drop schema public cascade; create schema public")
        connection.close()
        try:
            self.stderr.write("restoring …")
            with open(file, "rb") as dump:
                pg_programs.run("pg_restore", "--dbname", name, "--exit-on-error", "--no-owner", "--no-privileges", stdin=dump)
        except (OSError, pg_programs.ProgramFailed) as error:
            raise CommandError(f"The restore stopped half-way: {error}. Mend the cause and restore again.") from error
        call_command("migrate", verbosity=0, interactive=False)
        try:
            call_command("verify_audit", after_restore=True, stdout=self.stdout)
        except CommandError as error:
            raise CommandError(f"Restored, but: {error} Where every seal is called broken, the seals were made with another key: "
                               "bring the old installation's seal-key (or EMR_SEAL_KEY) and run ./run verify_audit.") from error
        self.stdout.write("Restored. Start the application again, so that no process keeps old rows in mind.")

    def _check(self, file, replace):
        if not file.is_file():
            raise CommandError(f"{file} cannot be read.")
        beside = file.with_name(f"{file.name}.sha256")
        if beside.exists() and beside.read_text().split()[0] != digest_of(file):
            raise CommandError(f"{file} is not what was written: its SHA-256 differs from {beside.name}.")
        with open(file, "rb") as dump:
            if dump.read(5) != b"PGDMP":
                raise CommandError(f"{file} is no backup made by `./run backup`.")
        tables = connection.introspection.table_names()
        if apps.get_model("emr", "Patient")._meta.db_table in tables and Patient.objects.exists() and not replace:
            raise CommandError("This installation has patients. Restore into an empty one, or add --replace to give them up.")
