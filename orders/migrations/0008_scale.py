"""Doses by scale, and the rules of when an order ends by policy."""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import emr.ids
from emr import guards


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_plan")]
    operations = [
        migrations.CreateModel(
            name="AutoStopRule",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("target", models.CharField(max_length=200, unique=True)),
                ("days", models.PositiveSmallIntegerField()),
                ("told_by", models.CharField(help_text="The order of the institution, or another named source", max_length=300)),
                ("is_demo", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={"ordering": ["target"], "constraints": [models.CheckConstraint(
                name="an_auto_stop_comes_after_a_day", condition=Q(days__gte=1, days__lte=365))]},
        ),
        migrations.AddField("medicationrequest", "scale", models.JSONField(blank=True, default=dict)),
        migrations.AddField("medicationrequest", "auto_stop", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.autostoprule",
            help_text="The rule of the institution that ends the order, where its author named no end")),
        migrations.AddConstraint("medicationrequest", models.CheckConstraint(
            name="an_order_has_stages_or_a_scale", condition=Q(stages=[]) | Q(scale={}))),
        guards.keep_history("orders_autostoprule"),
    ]
