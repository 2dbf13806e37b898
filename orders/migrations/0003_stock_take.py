"""Stock-takes, shift counts, and for whom and before whose eyes stock was moved."""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import emr.clock
import emr.ids
import emr.models.fields
from emr import guards

PROTECT = django.db.models.deletion.PROTECT


def pointer(to, **values):
    return models.ForeignKey(on_delete=PROTECT, related_name=values.pop("related_name", "+"), to=to, **values)


def maybe(to, **values):
    return pointer(to, blank=True, null=True, **values)


class Migration(migrations.Migration):
    dependencies = [("emr", "0003_record"), ("orders", "0002_guards")]
    operations = [
        migrations.AddField("stockmove", "patient", maybe("emr.patient")),
        migrations.AddField("stockmove", "encounter", maybe("emr.encounter")),
        migrations.AddField("stockmove", "witness", maybe("emr.staff")),
        migrations.AddField("stockmove", "rest_of", maybe("orders.stockmove", related_name="rests")),
        migrations.AddConstraint("stockmove", models.CheckConstraint(
            name="the_witness_of_a_stock_move_is_another", condition=Q(witness__isnull=True) | ~Q(witness=F("recorded_by")))),
        migrations.AddConstraint("stockmove", models.CheckConstraint(
            name="only_waste_is_the_rest_of_a_dose", condition=Q(rest_of__isnull=True) | Q(kind="waste"))),
        migrations.CreateModel(
            name="StockCount",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(default=emr.clock.now)),
                ("error_at", models.DateTimeField(blank=True, null=True)),
                ("error_reason", models.CharField(blank=True, max_length=300)),
                ("kind", models.CharField(choices=[("full", "Stock-take"), ("shift", "Shift count of controlled drugs")], max_length=10)),
                ("counted_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("department", pointer("emr.department")),
                ("error_by", maybe("emr.staff")),
                ("recorded_by", pointer("emr.staff")),
                ("source", maybe("emr.institution")),
                ("witness", maybe("emr.staff")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="stockcount_error_is_explained",
                        condition=Q(error_at__isnull=True, error_by__isnull=True, error_reason="")
                        | (Q(error_at__isnull=False, error_by__isnull=False) & ~Q(error_reason=""))),
                    models.CheckConstraint(name="a_count_is_signed_by_two_people",
                                           condition=Q(witness__isnull=True) | ~Q(witness=F("recorded_by"))),
                    models.CheckConstraint(name="a_shift_count_has_its_witness", condition=~Q(kind="shift") | Q(witness__isnull=False)),
                ],
                "indexes": [models.Index(fields=["department", "-counted_at"], name="orders_stoc_departm_e88f81_idx")],
            },
        ),
        migrations.CreateModel(
            name="StockCountLine",
            fields=[
                ("id", models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("expected", emr.models.fields.ExactDecimalField(help_text="Sum of the moves at the moment of counting, stock units")),
                ("counted", emr.models.fields.ExactDecimalField(help_text="Stock units found")),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("count", pointer("orders.stockcount", related_name="lines")),
                ("lot", pointer("orders.stocklot")),
                ("move", models.OneToOneField(blank=True, null=True, on_delete=PROTECT, related_name="count_line", to="orders.stockmove")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["count", "lot"], name="one_line_per_lot_of_a_count"),
                    models.CheckConstraint(name="nothing_or_more_is_counted", condition=Q(counted__gte=0)),
                    models.CheckConstraint(
                        name="a_difference_is_explained_and_moved",
                        condition=Q(counted=F("expected"), move__isnull=True)
                        | (~Q(counted=F("expected")) & Q(move__isnull=False) & ~Q(reason=""))),
                ],
            },
        ),
        guards.keep_history("orders_stockcount"),
        guards.append_only("orders_stockcountline"),
    ]
