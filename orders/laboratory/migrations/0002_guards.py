"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("laboratory", "0001_initial")]
    operations = [
        guards.keep_history(
            "laboratory_referencerange",
            "laboratory_specimen",
            "laboratory_specimenrequest",
            "laboratory_labresult",
            "laboratory_resultseen",
        ),
    ]
