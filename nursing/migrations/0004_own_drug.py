"""The patient's own drug is recorded as such. Until now billing took a dose without a lot for it where the drug is kept."""
from django.db import migrations, models
from django.db.models import Q

GUESSED = """
update nursing_medicationadministration a set own_drug = true
from orders_medicationrequest r
where r.id = a.request_id and a.status = 'given' and a.stock_move_id is null and exists (
    select from orders_stockmove m join orders_stocklot l on l.id = m.lot_id
    where l.medication_id = r.medication_id and m.department_id = a.department_id and m.happened_at <= a.happened_at)
"""


class Migration(migrations.Migration):
    dependencies = [("nursing", "0003_bedside"), ("orders", "0003_stock_take")]
    operations = [
        migrations.AddField("medicationadministration", "own_drug", models.BooleanField(
            default=False, help_text="The patient's own: checked and recorded, no stock, no cost")),
        migrations.RunSQL(GUESSED, migrations.RunSQL.noop),
        migrations.AddConstraint("medicationadministration", models.CheckConstraint(
            name="an_own_drug_is_given_and_takes_no_stock",
            condition=Q(own_drug=False) | Q(status="given", stock_move__isnull=True))),
    ]
