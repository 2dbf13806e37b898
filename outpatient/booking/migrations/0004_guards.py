"""Every booking names its reception and day, and the database checks that they are those of its coupon."""
import django.db.models.deletion
from django.db import migrations, models

from emr import guards

COPIES = """
alter table booking_booking add constraint a_booking_is_of_its_coupon_s_reception
    foreign key (coupon_id, reception_id) references booking_coupon (id, reception_id);
alter table booking_booking add constraint a_booking_is_of_its_reception_s_day
    foreign key (reception_id, day) references booking_reception (id, day);
"""
NO_COPIES = """
alter table booking_booking drop constraint a_booking_is_of_its_coupon_s_reception;
alter table booking_booking drop constraint a_booking_is_of_its_reception_s_day;
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_plan_of_receptions")]
    operations = [
        migrations.AlterField("reception", "day", models.DateField(help_text="The institution's calendar day on which it begins")),
        migrations.AlterField("booking", "day", models.DateField()),
        migrations.AlterField("booking", "reception", models.ForeignKey(
            on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="booking.reception")),
        migrations.RunSQL(COPIES, NO_COPIES),
        guards.keep_history("booking_specialty", "booking_bookingsetting", "booking_doctorsetting", "booking_onlinepause"),
    ]
