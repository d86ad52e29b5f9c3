"""Disputes about invoices.

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
        ("disputes", "0001_initial"),
        ("disputes", "0002_rules"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
        ('receivables', '0001_squashed_0025_closings_kept'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Dispute',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='amount')),
                    ('reason', models.CharField(choices=[('price', 'price'), ('quantity', 'quantity'), ('quality', 'quality'), ('delivery', 'not or late delivered'), ('invoice', 'invoice wrong'), ('other', 'other')], max_length=10, verbose_name='reason')),
                    ('note', models.TextField(blank=True, verbose_name='what the customer says')),
                    ('state', django_fsm.FSMField(choices=[('open', 'open'), ('accepted', 'accepted'), ('rejected', 'rejected')], default='open', max_length=50, protected=True, verbose_name='state')),
                    ('opened_on', models.DateField(verbose_name='opened')),
                    ('answer_by', models.DateField(verbose_name='answer by')),
                    ('resolved_on', models.DateField(blank=True, null=True, verbose_name='resolved')),
                    ('resolution', models.TextField(blank=True, verbose_name='resolution')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='receivables.openitem')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'dispute',
                    'verbose_name_plural': 'disputes',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['company', 'state', '-id'], name='dispute_state'), models.Index(condition=models.Q(('state', 'open')), fields=['item'], name='dispute_open_item')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('item',), name='dispute_one_open_per_item'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='dispute_amount'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_on', None), ('state', 'open')), models.Q(('resolved_on__isnull', False), ('state__in', ['accepted', 'rejected']), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='dispute_resolved_with_answer')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
        ]),
        rules_from(__file__),
    ]
