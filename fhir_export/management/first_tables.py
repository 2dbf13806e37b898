"""A command that fills the database also works as the very first one of a new installation."""
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def make_first_tables() -> None:
    """Make the tables where there are none yet; a database in use is migrated by its keeper, not in passing."""
    if not MigrationRecorder(connection).has_table():
        call_command("migrate", verbosity=0, interactive=False)
