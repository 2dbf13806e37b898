"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("outpatient", "0001_initial")]
    operations = [
        guards.keep_history(
            "outpatient_district",
            "outpatient_card",
            "outpatient_visit",
        ),
    ]
