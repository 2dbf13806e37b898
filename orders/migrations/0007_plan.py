"""Staged doses, and orders that wait for an event."""
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_verbal")]
    operations = [
        migrations.AddField("medicationrequest", "stages", models.JSONField(blank=True, default=list)),
        migrations.AddField("medicationrequest", "starts_on", models.CharField(
            blank=True, default="", max_length=20,
            choices=[("after-operation", "after the operation"), ("on-ward", "on admission to the ward"),
                     ("when-started", "when a nurse or doctor starts it")]), preserve_default=False),
        migrations.AddField("medicationrequest", "event_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("medicationrequest", "days_from_event", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddConstraint("medicationrequest", models.CheckConstraint(
            name="only_an_order_on_an_event_is_begun_by_one",
            condition=~Q(starts_on="") | Q(event_at__isnull=True, days_from_event__isnull=True))),
    ]
