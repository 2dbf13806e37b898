"""The directory of institutions: buildings with number, kind and address; what stands on paper."""
import django.db.models.deletion
import emr.ids
from django.db import migrations, models

from emr import guards


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0010_no_show_decision'),
        ('emr', '0004_staff_pin'),
    ]

    operations = [
        migrations.AddField(
            model_name='bookingsetting',
            name='slip_names_specialty',
            field=models.BooleanField(default=False, help_text='Paper names the specialty too, for whoever finds it (security 4.5)'),
        ),
        migrations.CreateModel(
            name='Clinic',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('region', models.CharField(choices=[('minsk-city', 'City of Minsk'), ('brest', 'Brest region'), ('vitebsk', 'Vitebsk region'), ('gomel', 'Gomel region'), ('grodno', 'Grodno region'), ('minsk', 'Minsk region'), ('mogilev', 'Mogilev region')], max_length=12)),
                ('city', models.CharField(max_length=80)),
                ('city_ru', models.CharField(blank=True, max_length=80)),
                ('city_be', models.CharField(blank=True, max_length=80)),
                ('number', models.PositiveSmallIntegerField(blank=True, help_text='Type and number are its name; ours may have another', null=True)),
                ('kind', models.CharField(choices=[('adult', 'for adults'), ('children', 'for children'), ('women', "women's consultation"), ('student', 'for students'), ('dental', 'dental'), ('outpatient', 'outpatient clinic')], max_length=12)),
                ('title', models.CharField(blank=True, help_text='What one of our buildings is called', max_length=120)),
                ('street', models.CharField(max_length=120)),
                ('street_ru', models.CharField(blank=True, max_length=120)),
                ('street_be', models.CharField(blank=True, max_length=120)),
                ('house', models.CharField(max_length=10)),
                ('building', models.CharField(blank=True, max_length=10)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('site', models.URLField(blank=True)),
                ('source', models.CharField(help_text='Where this is known from', max_length=200)),
                ('institution', models.ForeignKey(blank=True, help_text='Whose building this is, when it is served here; empty = only its address is known', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.institution')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('number'), nulls_first=True), 'kind'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('region', 'city', 'kind', 'number'), name='one_clinic_per_kind_and_number'), models.CheckConstraint(condition=models.Q(('number__isnull', False), ('institution__isnull', False), _connector='OR'), name='a_clinic_has_a_number_or_is_ours')],
            },
        ),
        guards.keep_history("booking_clinic"),
    ]
