"""Credit limits, decisions and holds.

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
        ("credit", "0001_initial"),
        ("credit", "0002_rules"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
        ('customers', '0001_squashed_0009_mandate_rules'),
        ('orders', '0001_squashed_0008_policy_stays'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='CreditAccount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('limit_amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='limit')),
                    ('secured_amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='secured')),
                    ('review_on', models.DateField(blank=True, null=True, verbose_name='review on')),
                    ('tolerated_days_overdue', models.PositiveSmallIntegerField(default=14, verbose_name='days overdue tolerated')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credit_account', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'credit account',
                    'verbose_name_plural': 'credit accounts',
                    'constraints': [models.CheckConstraint(condition=models.Q(('limit_amount__gte', 0), ('secured_amount__gte', 0)), name='credit_account_amounts')],
                },
            ),
            migrations.CreateModel(
                name='CreditDecision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('checkpoint', models.CharField(choices=[('submit', 'order submitted'), ('amend', 'order changed'), ('release', 'released by hand'), ('recheck', 'checked again'), ('ship', 'before dispatch')], max_length=10, verbose_name='when')),
                    ('outcome', models.CharField(choices=[('pass', 'pass'), ('hold', 'hold'), ('refuse', 'refuse')], max_length=6, verbose_name='decision')),
                    ('figures', models.JSONField(verbose_name='figures')),
                    ('answers', models.JSONField(verbose_name='rules')),
                    ('decided_on', models.DateField()),
                    ('decided_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_decisions', to='orders.order')),
                ],
                options={
                    'verbose_name': 'credit decision',
                    'verbose_name_plural': 'credit decisions',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['order', '-id'], name='credit_decision_order')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('checkpoint__in', ['submit', 'amend', 'release', 'recheck', 'ship']), ('outcome__in', ['pass', 'hold', 'refuse'])), name='credit_decision_known')],
                },
            ),
            migrations.CreateModel(
                name='CreditHold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', django_fsm.FSMField(choices=[('open', 'open'), ('released', 'released'), ('rejected', 'rejected'), ('cleared', 'cleared by itself')], default='open', max_length=50, protected=True, verbose_name='state')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credit.creditdecision')),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_holds', to='orders.order')),
                    ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'credit hold',
                    'verbose_name_plural': 'credit holds',
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('order',), name='credit_one_open_hold'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'released'), _negated=True), models.Q(('decided_by', models.F('requested_by')), _negated=True), ('requested_by', None), _connector='OR'), name='credit_hold_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(('decided_at__isnull', False), ('state', 'cleared')), models.Q(models.Q(('reason', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['released', 'rejected'])), _connector='OR'), name='credit_decided_with_reason')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
            migrations.CreateModel(
                name='LimitChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('old_amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='from')),
                    ('new_amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='to')),
                    ('reason', models.CharField(max_length=300, verbose_name='reason')),
                    ('state', django_fsm.FSMField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('rejected', 'rejected')], default='proposed', max_length=50, protected=True, verbose_name='state')),
                    ('proposed_at', models.DateTimeField(auto_now_add=True)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='credit.creditaccount')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'limit change',
                    'verbose_name_plural': 'limit changes',
                    'ordering': ['-id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('new_amount__gte', 0)), name='limit_not_negative'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='limit_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['approved', 'rejected'])), _connector='OR'), name='limit_decided_by_somebody'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('account',), name='limit_one_proposal')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
        ]),
        rules_from(__file__),
    ]
