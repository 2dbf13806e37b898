"""What is taken of a reception is counted from an index alone."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("booking", "0013_telephone")]

    operations = [
        migrations.RemoveIndex("booking", "live_bookings_of_receptions"),
        migrations.AddIndex("booking", models.Index(
            condition=models.Q(("cancelled_at__isnull", True), ("no_show_at__isnull", True)), fields=["reception", "channel"],
            include=["held_until"], name="taken_of_receptions")),
    ]
