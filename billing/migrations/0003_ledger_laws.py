"""Who pays each line and in which month the books have it; terms of an account, shares, grades of staff, closed months."""
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import emr.clock
import emr.ids
from emr import guards

KINDS = [("bed-day", "Bed-day"), ("visit", "Visit"), ("house-call", "House call"), ("emergency", "Emergency visit"),
         ("laboratory", "Laboratory test"), ("procedure", "Procedure"), ("service", "Service"), ("drug", "Drug"),
         ("staff", "Staff time"), ("overhead", "Overhead")]
# Posted lines are never changed; what they now also say follows from what they said, so the guard stands aside once.
FILL = """
alter table billing_chargeitem disable trigger append_only;
update billing_payer set kind = case code when 'budget' then 'budget' when 'self' then 'patient' else 'other' end;
update billing_chargeitem c set payer_id = a.payer_id, booked_on = c.occurred_on, code = coalesce(
    (select m.code from orders_stocklot l join orders_medication m on m.id = l.medication_id where l.id = c.lot_id),
    case c.source_kind
        when 'dose' then (select m.code from nursing_medicationadministration f join orders_medicationrequest r on r.id = f.request_id
            join orders_medication m on m.id = r.medication_id where f.id = c.source_id)
        when 'laboratory' then (select t.key from laboratory_labresult f join laboratory_labtest t on t.id = f.test_id where f.id = c.source_id)
        when 'procedure' then (select coalesce(nullif(f.code, ''), left(f.text, 80)) from nursing_procedure f where f.id = c.source_id)
        else (select d.code from emr_department d where d.id = c.department_id) end, '')
from billing_account a where a.id = c.account_id;
update billing_chargeitem c set performer_id = coalesce(
    (select f.performer_id from nursing_medicationadministration f where f.id = c.source_id),
    (select f.performer_id from nursing_procedure f where f.id = c.source_id),
    (select f.performer_id from laboratory_labresult f where f.id = c.source_id));
set constraints all immediate;
alter table billing_chargeitem enable trigger append_only;
"""
LAWS = """
alter table billing_chargeitem add constraint a_line_is_its_quantity_times_its_price
    check (amount = round(quantity * unit_price * (100 - discount) / 100, 2));

create function billing_month_is_open() returns trigger language plpgsql as $$
begin
    if exists (select from billing_period where month >= date_trunc('month', new.booked_on)::date) then
        raise exception 'the month of % is closed', new.booked_on using errcode = 'check_violation', constraint = 'a_closed_month_never_changes';
    end if;
    return new;
end $$;
create trigger month_is_open before insert on billing_chargeitem for each row execute function billing_month_is_open();
"""
UNDO = """
drop trigger month_is_open on billing_chargeitem; drop function billing_month_is_open();
alter table billing_chargeitem drop constraint a_line_is_its_quantity_times_its_price;
"""


def key():
    return models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)


def to(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards"), ("emr", "0004_staff_pin"), ("orders", "0010_reconciliation"),
                    ("nursing", "0008_basis"), ("laboratory", "0002_guards")]
    operations = [
        migrations.AddField("payer", "kind", models.CharField(
            choices=[("budget", "Budget"), ("insurer", "Insurer"), ("patient", "Patient"), ("employer", "Employer"),
                     ("other", "Other payer")], default="other", max_length=10)),
        migrations.AlterField("tariff", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AlterField("tariff", "code", models.CharField(
            help_text="Department, test, procedure, product or grade; * = any of the kind", max_length=80)),
        migrations.AddField("account", "co_payer", to("billing.payer", null=True, blank=True)),
        migrations.AddField("account", "co_share", models.DecimalField(
            decimal_places=2, default=Decimal(0), help_text="Per cent of each line the second payer takes", max_digits=5)),
        migrations.AddField("account", "discount", models.DecimalField(
            decimal_places=2, default=Decimal(0), help_text="Per cent let off of each line with a tariff", max_digits=5)),
        migrations.AddField("account", "terms_reason", models.CharField(blank=True, max_length=300)),
        migrations.AddConstraint("account", models.CheckConstraint(
            name="a_share_has_its_payer", condition=Q(co_payer__isnull=True, co_share=0)
            | (Q(co_payer__isnull=False, co_share__gt=0, co_share__lte=100) & ~Q(co_payer=F("payer"))))),
        migrations.AddConstraint("account", models.CheckConstraint(
            name="a_discount_is_a_part", condition=Q(discount__gte=0, discount__lte=100))),
        migrations.AddConstraint("account", models.CheckConstraint(
            name="a_discount_has_its_reason", condition=Q(discount=0) | ~Q(terms_reason=""))),
        migrations.AlterField("chargeitem", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddField("chargeitem", "payer", to("billing.payer", null=True)),
        migrations.AddField("chargeitem", "code", models.CharField(
            blank=True, help_text="What prices are asked for by: department, test, product, grade", max_length=80)),
        migrations.AddField("chargeitem", "performer", to("emr.staff", null=True, blank=True)),
        migrations.AddField("chargeitem", "discount", models.DecimalField(
            decimal_places=2, default=Decimal(0), help_text="Per cent", max_digits=5)),
        migrations.AddField("chargeitem", "booked_on", models.DateField(
            help_text="The day of the books: in a month that was open when the line was posted", null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("chargeitem", "payer", to("billing.payer")),
        migrations.AlterField("chargeitem", "booked_on", models.DateField(
            help_text="The day of the books: in a month that was open when the line was posted")),
        migrations.AddConstraint("chargeitem", models.CheckConstraint(
            name="a_line_is_not_booked_before_it_happened", condition=Q(booked_on__gte=F("occurred_on")))),
        migrations.AddConstraint("chargeitem", models.CheckConstraint(
            name="a_line_lets_off_a_part", condition=Q(discount__gte=0, discount__lte=100))),
        migrations.AddIndex("chargeitem", models.Index(fields=["booked_on"], name="billing_cha_booked__idx")),
        migrations.AddIndex("chargeitem", models.Index(fields=["source_id"], name="billing_cha_source__idx")),
        migrations.CreateModel("ChargeShare", [
            ("id", key()), ("item", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="share", to="billing.chargeitem")),
            ("payer", to("billing.payer")), ("amount", models.DecimalField(decimal_places=2, max_digits=14))]),
        migrations.CreateModel("Period", [
            ("id", key()), ("month", models.DateField(unique=True, help_text="Its first day")),
            ("closed_at", models.DateTimeField(default=emr.clock.now)), ("closed_by", to("emr.staff")),
            ("lines", models.PositiveIntegerField()), ("amount", models.DecimalField(decimal_places=2, max_digits=16))],
            options={"constraints": [models.CheckConstraint(name="a_period_is_a_month", condition=Q(month__day=1))]}),
        migrations.CreateModel("StaffGrade", [
            ("id", key()), ("staff", to("emr.staff")), ("grade", models.SlugField(max_length=40)),
            ("valid", django.contrib.postgres.fields.ranges.DateRangeField(
                help_text="Half-open: from the first day up to, not with, the last"))],
            options={"constraints": [django.contrib.postgres.constraints.ExclusionConstraint(
                name="one_grade_at_a_time", expressions=[("staff", "="), ("valid", "&&")])]}),
        guards.keep_history("billing_staffgrade"),
        guards.append_only("billing_period", "billing_chargeshare"),
        migrations.RunSQL(LAWS, UNDO),
    ]
