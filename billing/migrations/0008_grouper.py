"""The grouper: versions, groups, rules in editions, words of people, base rates."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import emr.clock
import emr.ids
from django.db import migrations, models

from emr import guards


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_estimate'),
        ('emr', '0004_staff_pin'),
    ]

    operations = [
        migrations.CreateModel(
            name='BaseRate',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('system', models.SlugField(max_length=40)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('source', models.CharField(help_text='The order or contract it comes from', max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Half-open: from the first day up to, not with, the last')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('system', '='), ('valid', '&&')], name='one_base_rate_at_a_time'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='a_base_rate_is_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='GrouperVersion',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('system', models.SlugField(help_text="ms-drg, ksg or a table of one's own", max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('source', models.CharField(max_length=300)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Half-open: from the first day up to, not with, the last')),
                ('is_demo', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('system', '='), ('valid', '&&')], name='one_version_of_a_grouper_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='CaseGroup',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('care', models.CharField(choices=[('inpatient', 'In-patient'), ('day', 'Day hospital')], default='inpatient', max_length=9)),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=400)),
                ('weight', models.DecimalField(decimal_places=4, max_digits=9)),
                ('expected_days', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='billing.grouperversion')),
            ],
        ),
        migrations.CreateModel(
            name='GroupRule',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('edition', models.PositiveSmallIntegerField()),
                ('rank', models.PositiveIntegerField(default=100, help_text='The lowest rank that fits decides')),
                ('diagnosis', models.CharField(help_text='Beginning of a diagnosis code; * = any', max_length=40)),
                ('procedure', models.CharField(blank=True, help_text='Beginning of the code of a procedure that must have been done', max_length=60)),
                ('age_from', models.PositiveSmallIntegerField(blank=True, help_text='Whole years at admission', null=True)),
                ('age_to', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('days_from', models.PositiveSmallIntegerField(blank=True, help_text='Bed-days', null=True)),
                ('days_to', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='billing.casegroup')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='billing.grouperversion')),
            ],
        ),
        migrations.CreateModel(
            name='GroupAssignment',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=300)),
                ('assigned_at', models.DateTimeField(default=emr.clock.now)),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('encounter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.encounter')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.casegroup')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.grouperversion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='who_groups_by_hand_says_why')],
            },
        ),
        migrations.AddConstraint(
            model_name='casegroup',
            constraint=models.UniqueConstraint(fields=('version', 'care', 'code'), name='one_group_of_a_code'),
        ),
        migrations.AddConstraint(
            model_name='casegroup',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='a_weight_is_not_negative'),
        ),
        migrations.AddIndex(
            model_name='grouprule',
            index=models.Index(fields=['version', '-edition'], name='billing_rule_edition_idx'),
        ),
        guards.keep_history("billing_grouperversion", "billing_baserate"),
        guards.append_only("billing_casegroup", "billing_grouprule", "billing_groupassignment"),
    ]
