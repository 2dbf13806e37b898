"""What the database itself refuses in the tables of departures, calls and receipts."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("admissions", "0006_departure")]
    operations = [guards.keep_history("admissions_departure", "admissions_followupcall", "admissions_transferreceipt")]
