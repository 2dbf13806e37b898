"""Leaves: times away from the ward during a stay."""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import emr.clock
import emr.ids
from emr import guards

PROTECT = django.db.models.deletion.PROTECT


def pointer(to, **values):
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=to, **values)


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_scale")]
    operations = [
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(default=emr.clock.now)),
                ("error_at", models.DateTimeField(blank=True, null=True)),
                ("error_reason", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField()),
                ("expected_until", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("encounter", pointer("emr.encounter")),
                ("patient", pointer("emr.patient")),
                ("recorded_by", pointer("emr.staff")),
                ("error_by", pointer("emr.staff", blank=True, null=True)),
                ("source", pointer("emr.institution", blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="leave_error_is_explained",
                        condition=Q(error_at__isnull=True, error_by__isnull=True, error_reason="")
                        | (Q(error_at__isnull=False, error_by__isnull=False) & ~Q(error_reason=""))),
                    models.UniqueConstraint(fields=["encounter"], condition=Q(until__isnull=True, error_at__isnull=True),
                                            name="one_open_leave_per_stay"),
                    models.CheckConstraint(name="a_leave_ends_after_it_begins", condition=Q(expected_until__gt=F("since")) & (
                        Q(until__isnull=True) | Q(until__gte=F("since")))),
                    models.CheckConstraint(name="a_leave_says_why", condition=~Q(reason="")),
                ],
                "indexes": [models.Index(fields=["encounter", "-since"], name="leaves_of_a_stay")],
            },
        ),
        guards.keep_history("orders_leave"),
    ]
