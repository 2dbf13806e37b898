"""What the database itself refuses in the tables of bed states, expected discharges and isolation."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("admissions", "0008_bed_state")]
    operations = [guards.keep_history("admissions_bedstate", "admissions_expecteddischarge", "admissions_isolation")]
