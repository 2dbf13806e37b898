"""Who stands at the door of an office, and which orders were refused."""
import django.db.models.deletion
import emr.clock
import emr.ids
from django.db import migrations, models

from emr import guards


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0011_clinic'),
        ('emr', '0004_staff_pin'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefusedOrder',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True, default=emr.clock.now)),
                ('channel', models.CharField(max_length=10)),
                ('code', models.CharField(help_text='Of the refusal', max_length=80)),
                ('coupon', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.coupon')),
            ],
        ),
        migrations.CreateModel(
            name='QueueEntry',
            fields=[
                ('id', models.UUIDField(default=emr.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('coupon', 'with a coupon'), ('walk-in', 'without a coupon'), ('asker', 'just to ask')], max_length=8)),
                ('number', models.PositiveSmallIntegerField(help_text='Of the coupon; else counted by kind in this reception')),
                ('purpose', models.CharField(blank=True, max_length=200)),
                ('came_at', models.DateTimeField(default=emr.clock.now)),
                ('line_at', models.DateTimeField(default=emr.clock.now, help_text='Since when it stands in line: when it came; exchanged in a swap')),
                ('turn_at', models.DateTimeField(blank=True, help_text='The time by which it stands: of the coupon, or of coming when late (R91); exchanged in a swap (R96). Empty = after those whose time has come (R95)', null=True)),
                ('acute_at', models.DateTimeField(blank=True, help_text='Staff decided: before everybody (R94)', null=True)),
                ('acute_reason', models.CharField(blank=True, max_length=200)),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('recalled_at', models.DateTimeField(blank=True, help_text='Called a second time', null=True)),
                ('skipped_at', models.DateTimeField(blank=True, help_text='Called twice without answer; empty again on return', null=True)),
                ('entered_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('gone_at', models.DateTimeField(blank=True, help_text='Gave up, or was sent to another office', null=True)),
                ('gone_reason', models.CharField(blank=True, max_length=200)),
                ('booking', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='queue_entry', to='booking.booking')),
                ('encounter', models.OneToOneField(blank=True, help_text='The visit of somebody without a coupon', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.encounter')),
                ('in_place_of', models.OneToOneField(blank=True, help_text='The place of who did not come (R77, R95)', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.coupon')),
                ('patient', models.ForeignKey(blank=True, help_text='Who just asks gives no name', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='emr.patient')),
                ('reception', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queue', to='booking.reception')),
                ('sent_from', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_to', to='booking.queueentry')),
            ],
            options={
                'indexes': [models.Index(fields=['reception', 'came_at'], name='booking_que_recepti_2f1cd8_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('entered_at__isnull', False), ('left_at__isnull', True)), fields=('reception',), name='one_person_in_the_room'), models.UniqueConstraint(condition=models.Q(('kind', 'coupon'), _negated=True), fields=('reception', 'kind', 'number'), name='one_number_without_a_coupon'), models.CheckConstraint(condition=models.Q(models.Q(('booking__isnull', False), ('kind', 'coupon')), models.Q(models.Q(('kind', 'coupon'), _negated=True), ('booking__isnull', True)), _connector='OR'), name='a_coupon_stands_in_the_queue_by_its_booking'), models.CheckConstraint(condition=models.Q(('acute_at__isnull', True), models.Q(('acute_reason', ''), _negated=True), _connector='OR'), name='acute_says_why'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('entered_at__isnull', False), _connector='OR'), name='who_left_had_entered'), models.CheckConstraint(condition=models.Q(('gone_at__isnull', True), models.Q(('gone_reason', ''), _negated=True), _connector='OR'), name='who_is_gone_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'walk-in'), _negated=True), models.Q(('purpose', ''), _negated=True), _connector='OR'), name='a_walk_in_says_what_for')],
            },
        ),
        guards.keep_history("booking_queueentry"),
    ]
