"""Coupons on paper with their serial numbers, where each paper card is, and the pages of the kiosk."""
import django.db.models.deletion
from django.db import migrations, models

import emr.clock
import emr.ids
from emr import guards


class Migration(migrations.Migration):
    dependencies = [("booking", "0005_schedule")]
    operations = [
        migrations.AddField("booking", "paper_card", models.CharField(
            choices=[("requested", "to be brought"), ("at-office", "at the office"), ("not-needed", "not needed")], default="requested",
            help_text="Where the card on paper is (R99)", max_length=10)),
        migrations.CreateModel(
            name="KioskPage",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField(default=100, help_text="The lower number stands first")),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("title_ru", models.CharField(blank=True, max_length=120)),
                ("title_be", models.CharField(blank=True, max_length=120)),
                ("text_en", models.TextField(blank=True)),
                ("text_ru", models.TextField(blank=True)),
                ("text_be", models.TextField(blank=True)),
                ("is_shown", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.CheckConstraint(
                    condition=models.Q(("title_be", ""), ("title_en", ""), ("title_ru", ""), _negated=True), name="a_kiosk_page_has_a_title")],
            },
        ),
        migrations.CreateModel(
            name="SlipPrint",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("serial", models.PositiveIntegerField(unique=True)),
                ("channel", models.CharField(choices=[("registry", "Registry"), ("kiosk", "Kiosk"), ("doctor", "Doctor")],
                                             help_text="Where it was printed", max_length=10)),
                ("language", models.CharField(max_length=5)),
                ("is_copy", models.BooleanField(default=False)),
                ("printed_at", models.DateTimeField(default=emr.clock.now)),
                ("spoiled_at", models.DateTimeField(blank=True, help_text="The printer failed: there is no such paper", null=True)),
                ("spoil_reason", models.CharField(blank=True, max_length=200)),
                ("booking", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="prints", to="booking.booking")),
                ("printed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.staff")),
            ],
            options={
                "ordering": ["-serial"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("is_copy", False), ("spoiled_at__isnull", True)), fields=("booking",),
                                            name="one_coupon_on_paper_per_booking"),
                    models.CheckConstraint(condition=models.Q(("spoiled_at__isnull", True), models.Q(("spoil_reason", ""), _negated=True),
                                                              _connector="OR"), name="a_spoiled_slip_says_why"),
                ],
            },
        ),
        guards.keep_history("booking_slipprint", "booking_kioskpage"),
    ]
