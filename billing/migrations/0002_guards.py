"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        guards.keep_history(
            "billing_payer",
            "billing_tariff",
            "billing_account",
        ),
        guards.append_only(
            "billing_chargeitem",
        ),
    ]
