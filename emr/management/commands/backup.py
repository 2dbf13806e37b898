"""`./run backup FILE`: one consistent moment of the whole database, without stopping anybody."""
import hashlib
import os
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import connection

from emr import pg_programs


class Command(BaseCommand):
    help = "Writes the whole database to FILE (PostgreSQL's custom format) and its SHA-256 beside it. Encrypt and move it away."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        if file.exists():
            raise CommandError(f"{file} is there already. Name another file; a backup is never written over.")
        draft = file.with_name(f"{file.name}.part")
        try:
            self.stderr.write("writing the backup …")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                pg_programs.run("pg_dump", "--format=custom", "--compress=6", connection.settings_dict["NAME"], stdout=out)
                out.flush()
                os.fsync(out.fileno())
        except (OSError, pg_programs.ProgramFailed) as error:
            draft.unlink(missing_ok=True)
            raise CommandError(f"No backup was made: {error}") from error
        digest = digest_of(draft)
        file.with_name(f"{file.name}.sha256").write_text(f"{digest}  {file.name}\n")
        draft.rename(file)
        self.stdout.write(f"{file}: {file.stat().st_size} bytes, SHA-256 {digest}")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
