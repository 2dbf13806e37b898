"""What the database itself refuses in the tables of fluid entries and alerts."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("admissions", "0010_ward_doctor")]
    operations = [guards.keep_history("admissions_fluidentry", "admissions_deteriorationalert")]
