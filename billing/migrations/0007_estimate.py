"""Estimates before the treatment: frozen, the sum of their lines."""

import django.contrib.postgres.fields
import django.db.models.deletion
import emr.clock
import emr.ids
import emr.models.fields
from django.db import migrations, models

from emr import guards

LAWS = """
create function billing_estimate_is_frozen() returns trigger language plpgsql as $$
begin
    if to_jsonb(new) - 'encounter_id' = to_jsonb(old) - 'encounter_id' and old.encounter_id is null then
        return new;  -- the stay it was made for has begun
    end if;
    if to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id' and exists (
        select from emr_patientmerge m where m.undone_at is null
        and (m.retired_id, m.survivor_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
        return new;
    end if;
    raise exception 'an estimate is never changed; make a new one' using errcode = 'restrict_violation',
        constraint = 'an_estimate_is_frozen', table = tg_table_name;
end $$;
create trigger estimate_is_frozen before update on billing_estimate for each row execute function billing_estimate_is_frozen();
create function billing_estimate_adds_up() returns trigger language plpgsql as $$
declare
    id_ uuid := case tg_table_name when 'billing_estimate' then new.id else (to_jsonb(new)->>'estimate_id')::uuid end;
begin
    if (select amount from billing_estimate where id = id_) <> (select coalesce(sum(amount), 0) from billing_estimateline where estimate_id = id_) then
        raise exception 'an estimate is the sum of its lines' using errcode = 'check_violation', constraint = 'an_estimate_is_the_sum_of_its_lines';
    end if;
    return null;
end $$;
create constraint trigger adds_up after insert on billing_estimate deferrable initially deferred
    for each row execute function billing_estimate_adds_up();
create constraint trigger adds_up after insert on billing_estimateline deferrable initially deferred
    for each row execute function billing_estimate_adds_up();
alter table billing_estimateline add constraint an_expected_thing_is_its_quantity_times_its_price
    check (amount = round(quantity * unit_price, 2));
"""
UNDO = """
alter table billing_estimateline drop constraint an_expected_thing_is_its_quantity_times_its_price;
drop trigger adds_up on billing_estimateline; drop trigger adds_up on billing_estimate; drop function billing_estimate_adds_up();
drop trigger estimate_is_frozen on billing_estimate; drop function billing_estimate_is_frozen();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_overhead'),
        ('emr', '0004_staff_pin'),
        ('orders', '0010_reconciliation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=30, unique=True)),
                ('diagnosis', models.CharField(blank=True, help_text='Beginning of a diagnosis code', max_length=40)),
                ('priced_on', models.DateField(help_text='The day whose prices it is made of')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('case_amounts', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=14), blank=True, default=list, size=None)),
                ('made_at', models.DateTimeField(default=emr.clock.now)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('encounter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.encounter')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.patient')),
                ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.payer')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='billing.estimate')),
            ],
        ),
        migrations.CreateModel(
            name='EstimateLine',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('bed-day', 'Bed-day'), ('visit', 'Visit'), ('house-call', 'House call'), ('emergency', 'Emergency visit'), ('laboratory', 'Laboratory test'), ('procedure', 'Procedure'), ('service', 'Service'), ('drug', 'Drug'), ('staff', 'Staff time'), ('overhead', 'Overhead')], max_length=12)),
                ('code', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=300)),
                ('quantity', emr.models.fields.ExactDecimalField()),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('unit_price', models.DecimalField(decimal_places=4, max_digits=14)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('estimate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.estimate')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.stocklot')),
                ('tariff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.tariff')),
            ],
        ),
        migrations.AddIndex(
            model_name='estimate',
            index=models.Index(fields=['patient', '-made_at'], name='billing_estimate_patient_idx'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_new_estimate_says_why'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('cases__len', models.F('case_amounts__len'))), name='each_case_of_an_estimate_has_its_cost'),
        ),
        migrations.AddConstraint(
            model_name='estimateline',
            constraint=models.UniqueConstraint(fields=('estimate', 'kind', 'code'), name='each_thing_once_in_an_estimate'),
        ),
        migrations.AddConstraint(
            model_name='estimateline',
            constraint=models.CheckConstraint(condition=models.Q(('tariff__isnull', False), ('lot__isnull', False), _connector='OR'), name='an_estimate_is_priced_by_tariff_or_lot'),
        ),
        migrations.AddConstraint(
            model_name='estimateline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='something_is_expected'),
        ),
        guards.keep_history("billing_estimate"),
        guards.append_only("billing_estimateline"),
        migrations.RunSQL(LAWS, UNDO),
    ]
