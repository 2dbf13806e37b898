"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("fhir_export", "0001_initial")]
    operations = [
        guards.keep_history(
            "fhir_export_receiveddocument",
        ),
        guards.append_only(
            "fhir_export_sentdocument",
        ),
    ]
