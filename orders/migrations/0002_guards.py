"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        guards.keep_history(
            "orders_medication",
            "orders_medicationingredient",
            "orders_medicationrequest",
            "orders_medicationhold",
            "orders_planneddose",
            "orders_stocklot",
            "orders_stockmove",
            "orders_servicerequest",
            "orders_medicationstatement",
        ),
    ]
