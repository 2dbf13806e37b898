"""The value that a dose by scale followed from."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nursing", "0007_infusion")]
    operations = [migrations.AddField("medicationadministration", "basis", models.JSONField(
        blank=True, help_text="The value that the dose followed from: name, value, unit, at, row", null=True))]
