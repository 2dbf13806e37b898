"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial")]
    operations = [
        guards.keep_history(
            "booking_reception",
            "booking_coupon",
            "booking_booking",
        ),
    ]
