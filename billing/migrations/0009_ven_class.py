"""The institution's list of drugs by need."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import emr.ids
from django.db import migrations, models

from emr import guards


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_grouper'),
    ]

    operations = [
        migrations.CreateModel(
            name='VenClass',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(help_text='A product of the formulary', max_length=80)),
                ('ven', models.CharField(choices=[('V', 'Vital'), ('E', 'Essential'), ('N', 'Not essential')], max_length=1)),
                ('source', models.CharField(help_text='The order that approved the list', max_length=200)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Half-open: from the first day up to, not with, the last')),
            ],
            options={
                'verbose_name_plural': 'VEN classes',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), ('valid', '&&')], name='one_ven_class_at_a_time')],
            },
        ),
        guards.keep_history("billing_venclass"),
    ]
