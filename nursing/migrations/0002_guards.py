"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("nursing", "0001_initial")]
    operations = [
        guards.keep_history(
            "nursing_medicationadministration",
            "nursing_procedure",
        ),
    ]
