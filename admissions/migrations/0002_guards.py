"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("admissions", "0001_initial")]
    operations = [
        guards.keep_history(
            "admissions_emergencyvisit",
            "admissions_emergencymoment",
            "admissions_triage",
            "admissions_admissionrequest",
        ),
    ]
