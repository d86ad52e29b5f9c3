"""Kept sums, and the indexes that search and reports stand on.

In one for a new database; docs/adr/0080 says how.
"""

import django.db.models.deletion
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("reporting", "0001_search"),
        ("reporting", "0002_million"),
        ("reporting", "0003_kept_sums"),
        ("reporting", "0004_report_indexes"),
        ("reporting", "0005_billing_quality"),
        ("reporting", "0006_currencies"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
        ('customers', '0001_squashed_0009_mandate_rules'),
        ('fulfillment', '0001_squashed_0003_billed_mark'),
        ('invoicing', '0001_squashed_0017_billed_once'),
        ('orders', '0001_squashed_0008_policy_stays'),
        ('receivables', '0001_squashed_0025_closings_kept'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Fold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(default=0)),
                    ('allocation_id', models.BigIntegerField(default=0)),
                    ('line_id', models.BigIntegerField(default=0)),
                    ('company', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.company')),
                ],
            ),
            migrations.CreateModel(
                name='DayMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('side', models.CharField(max_length=6)),
                    ('currency', models.CharField(max_length=3)),
                    ('moved_on', models.DateField()),
                    ('due_on', models.DateField()),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=20)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': "day's move",
                    'verbose_name_plural': "days' moves",
                    'constraints': [models.UniqueConstraint(fields=('company', 'currency', 'side', 'moved_on', 'due_on'), name='day_move_once')],
                },
            ),
            migrations.CreateModel(
                name='Kept',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=40)),
                    ('as_of', models.DateField(verbose_name='as of')),
                    ('made_at', models.DateTimeField(auto_now=True)),
                    ('rows', models.JSONField(default=list)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'kept statistic',
                    'verbose_name_plural': 'kept statistics',
                    'constraints': [models.UniqueConstraint(fields=('company', 'key'), name='kept_once')],
                },
            ),
        ]),
        rules_from(__file__),
    ]
