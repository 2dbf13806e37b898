"""Who is at the form, streets and districts, doctors called home."""
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import emr.clock
import emr.ids
import outpatient.booking.models.booking_setting
from django.db import migrations, models

from emr import guards


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0006_slips_and_kiosk'),
        ('emr', '0004_staff_pin'),
        ('outpatient', '0003_served_by_permission'),
    ]

    operations = [
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(choices=[('client', 'client'), ('person', 'person'), ('code', 'code')], max_length=8)),
                ('tries', models.PositiveIntegerField(default=1)),
                ('since', models.DateTimeField(help_text='Beginning of the hour that is counted')),
                ('not_before', models.DateTimeField(db_index=True, help_text='The next try is heard from this moment')),
            ],
        ),
        migrations.AddField(
            model_name='bookingsetting',
            name='housecall_closing',
            field=models.TimeField(default=datetime.time(20, 0), help_text='Who is not visited by then stands on the red list'),
        ),
        migrations.AddField(
            model_name='bookingsetting',
            name='housecall_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=outpatient.booking.models.booking_setting.working_days, help_text='1 = Monday', size=None),
        ),
        migrations.AddField(
            model_name='bookingsetting',
            name='second_factor',
            field=models.CharField(blank=True, choices=[('', 'nothing more'), ('card', 'the number of the card'), ('phone', 'the last four digits of the telephone'), ('policy', 'the number of the insurance policy')], help_text='What the form asks besides (A15, A16)', max_length=8),
        ),
        migrations.CreateModel(
            name='Street',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('settlement', models.CharField(max_length=120)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('former_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('no_streets', models.BooleanField(default=False, help_text='The whole settlement: its houses have numbers only')),
            ],
            options={
                'ordering': ['settlement', 'name'],
                'constraints': [models.UniqueConstraint(fields=('settlement', 'name'), name='one_street_per_name'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), ('no_streets', True)), models.Q(('no_streets', False), models.Q(('name', ''), _negated=True)), _connector='OR'), name='a_street_has_a_name_or_the_village_has_none')],
            },
        ),
        migrations.CreateModel(
            name='DistrictDoctor',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('is_deputy', models.BooleanField(default=False, verbose_name='deputy')),
                ('since', models.DateField(default=emr.clock.today)),
                ('until', models.DateField(blank=True, help_text='Last day', null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outpatient.district')),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('specialty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.specialty')),
            ],
            options={
                'indexes': [models.Index(fields=['specialty', 'district'], name='booking_dis_special_9532dd_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_deputy', False), ('until__isnull', True)), fields=('district', 'specialty'), name='one_doctor_per_district_and_specialty'), models.CheckConstraint(condition=models.Q(('is_deputy', False), ('until__isnull', False), _connector='OR'), name='a_deputy_stands_in_until_a_day'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='a_district_doctor_ends_after_he_begins')],
            },
        ),
        migrations.CreateModel(
            name='DuplicateReport',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('noted_at', models.DateTimeField(default=emr.clock.now)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_reason', models.CharField(blank=True, max_length=200)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.patient')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.patient')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('one', 'other'), name='one_open_report_per_pair'), models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='a_report_names_two_records'), models.CheckConstraint(condition=models.Q(('settled_at__isnull', True), models.Q(('settled_by__isnull', False), models.Q(('settled_reason', ''), _negated=True)), _connector='OR'), name='a_settled_report_says_why')],
            },
        ),
        migrations.CreateModel(
            name='HouseCall',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(help_text="The institution's calendar day on which it was accepted, and is served")),
                ('address', models.CharField(help_text='As stored when the call was accepted', max_length=500)),
                ('phone', models.CharField(blank=True, help_text='To be rung at the door', max_length=40)),
                ('channel', models.CharField(choices=[('web', 'Internet'), ('phone', 'Telephone'), ('registry', 'Registry')], max_length=10)),
                ('accepted_at', models.DateTimeField(default=emr.clock.now)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('visited_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=200)),
                ('doctor_told_at', models.DateTimeField(blank=True, help_text='The doctor who had it was rung up after the cancelling', null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outpatient.district')),
                ('doctor', models.ForeignKey(blank=True, help_text='Who has it in hand', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('doctor_told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('encounter', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.encounter')),
                ('handed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='booking_hou_day_cdea53_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('patient', 'day'), name='one_house_call_per_patient_and_day'), models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), models.Q(('cancelled_by__isnull', False), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='a_cancelled_house_call_says_why'), models.CheckConstraint(condition=models.Q(('visited_at__isnull', True), ('cancelled_at__isnull', True), _connector='OR'), name='a_visited_house_call_stands'), models.CheckConstraint(condition=models.Q(('handed_at__isnull', True), ('doctor__isnull', False), _connector='OR'), name='a_handed_house_call_has_a_doctor')],
            },
        ),
        migrations.CreateModel(
            name='DistrictRule',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('houses', models.CharField(blank=True, max_length=300)),
                ('added_at', models.DateTimeField(default=emr.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outpatient.district')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.staff')),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='booking.street')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('district', 'street', 'houses'), name='one_rule_per_houses_of_a_district'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_by__isnull', False), _connector='OR'), name='somebody_ended_the_rule')],
            },
        ),
        guards.keep_history("booking_street", "booking_duplicatereport", "booking_districtrule", "booking_districtdoctor",
                            "booking_housecall"),
    ]
