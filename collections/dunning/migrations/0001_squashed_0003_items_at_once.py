"""Dunning levels, runs and notices.

In one for a new database; docs/adr/0080 says how.
"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("dunning", "0001_initial"),
        ("dunning", "0002_rules"),
        ("dunning", "0003_items_at_once"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
        ('customers', '0001_squashed_0009_mandate_rules'),
        ('receivables', '0001_squashed_0025_closings_kept'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='DunningRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=20, verbose_name='number')),
                    ('run_on', models.DateField(verbose_name='as of')),
                    ('state', django_fsm.FSMField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('sent', 'sent'), ('discarded', 'discarded')], default='proposed', max_length=50, protected=True, verbose_name='state')),
                    ('proposed_by_name', models.CharField(max_length=120, verbose_name='proposed by')),
                    ('proposed_at', models.DateTimeField(auto_now_add=True)),
                    ('content_hash', models.CharField(blank=True, max_length=64)),
                    ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                    ('left_out', models.JSONField(default=list, verbose_name='left out, and why')),
                    ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'dunning run',
                    'verbose_name_plural': 'dunning runs',
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='dunning_run_number'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('company',), name='dunning_one_proposal'), models.CheckConstraint(condition=models.Q(('approved_by', None), ('proposed_by', None), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='dunning_four_eyes'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'discarded']), ('approved_by__isnull', False), _connector='OR'), name='dunning_sent_only_approved'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'sent', 'discarded'])), name='dunning_run_state')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
            migrations.CreateModel(
                name='DunningNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                    ('currency', models.CharField(max_length=3)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='overdue')),
                    ('recipient', models.CharField(blank=True, max_length=254, verbose_name='to')),
                    ('state', models.CharField(choices=[('proposed', 'proposed'), ('excluded', 'left out by hand'), ('written', 'written'), ('dropped', 'nothing left to remind')], default='proposed', max_length=10, verbose_name='state')),
                    ('excluded_reason', models.CharField(blank=True, max_length=200, verbose_name='why left out')),
                    ('written_on', models.DateField(blank=True, null=True, verbose_name='written')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunning_notices', to='customers.customer')),
                    ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storeddocument')),
                    ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.outboundmessage')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='dunning.dunningrun')),
                ],
                options={
                    'verbose_name': 'reminder',
                    'verbose_name_plural': 'reminders',
                    'ordering': ['-amount'],
                    'constraints': [models.UniqueConstraint(fields=('run', 'customer', 'currency'), name='dunning_notice_once'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'excluded', 'written', 'dropped'])), name='dunning_notice_state')],
                },
            ),
            migrations.CreateModel(
                name='DunningHold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=200, verbose_name='reason')),
                    ('until', models.DateField(verbose_name='until')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='lifted')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunning_holds', to='customers.customer')),
                    ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dunning_holds', to='receivables.openitem')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'dunning hold',
                    'verbose_name_plural': 'dunning holds',
                    'indexes': [models.Index(condition=models.Q(('lifted_at', None)), fields=['customer'], name='dunning_hold_live')],
                },
            ),
            migrations.CreateModel(
                name='DunningLevel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('days_overdue', models.PositiveSmallIntegerField(verbose_name='days after due')),
                    ('wait_days', models.PositiveSmallIntegerField(default=10, verbose_name='days since the last level')),
                    ('tone', models.CharField(choices=[('friendly', 'friendly'), ('firm', 'firm'), ('final', 'final')], default='friendly', max_length=10, verbose_name='tone')),
                    ('pay_within_days', models.PositiveSmallIntegerField(default=7, verbose_name='days to pay')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'dunning level',
                    'verbose_name_plural': 'dunning levels',
                    'ordering': ['level'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'level'), name='dunning_level_once'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 9)), name='dunning_level_range')],
                },
            ),
            migrations.CreateModel(
                name='DunningNoticeItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='open')),
                    ('days_overdue', models.PositiveIntegerField(verbose_name='days overdue')),
                    ('is_live', models.BooleanField(default=True)),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunning', to='receivables.openitem')),
                    ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='dunning.dunningnotice')),
                ],
                options={
                    'verbose_name': 'reminded item',
                    'verbose_name_plural': 'reminded items',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('item', 'level'), name='dunned_once_per_level')],
                },
            ),
        ]),
        rules_from(__file__),
    ]
