"""What the database itself refuses in the tables of announcements and delay reasons."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("admissions", "0004_announcement")]
    operations = [guards.keep_history("admissions_announcement", "admissions_delayreason")]
