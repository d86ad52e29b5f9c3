"""Stock, reservations and shipments.

In one for a new database; docs/adr/0080 says how.
"""

import django.core.validators
import django.db.models.deletion
import django_fsm
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("fulfillment", "0001_initial"),
        ("fulfillment", "0002_rules"),
        ("fulfillment", "0003_billed_mark"),
    ]

    dependencies = [
        ('catalog', '0001_squashed_0004_item_facts'),
        ('core', '0001_squashed_0013_direct_debit'),
        ('orders', '0001_squashed_0008_policy_stays'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Shipment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=20, verbose_name='number')),
                    ('state', django_fsm.FSMField(choices=[('picking', 'to pick'), ('dispatched', 'dispatched'), ('delivered', 'delivered'), ('cancelled', 'cancelled')], default='picking', max_length=50, protected=True, verbose_name='state')),
                    ('ship_to', models.JSONField(default=dict, verbose_name='ship to')),
                    ('carrier', models.CharField(blank=True, max_length=60, verbose_name='carrier')),
                    ('tracking_number', models.CharField(blank=True, max_length=60, verbose_name='tracking number')),
                    ('dispatched_on', models.DateField(blank=True, null=True, verbose_name='dispatched')),
                    ('delivered_on', models.DateField(blank=True, null=True, verbose_name='delivered')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('delivery_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storeddocument')),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order')),
                    ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fulfillment.warehouse')),
                    ('has_invoice', models.BooleanField(default=False, editable=False, help_text='kept by the database with every invoice')),
                ],
                options={
                    'verbose_name': 'shipment',
                    'verbose_name_plural': 'shipments',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['company', '-id'], name='shipment_company'), models.Index(fields=['company', 'state', '-id'], name='shipment_state'), models.Index(condition=models.Q(('has_invoice', False), ('state__in', ['dispatched', 'delivered'])), fields=['company', 'dispatched_on', 'id'], name='shipment_unbilled')],
                    'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='shipment_number'), models.CheckConstraint(condition=models.Q(('state__in', ['picking', 'dispatched', 'delivered', 'cancelled'])), name='shipment_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['picking', 'cancelled']), ('dispatched_on__isnull', False), _connector='OR'), name='shipment_dispatch_date')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
            migrations.CreateModel(
                name='ShipmentLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('quantity', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='quantity')),
                    ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                    ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='fulfillment.shipment')),
                ],
                options={
                    'verbose_name': 'shipment line',
                    'verbose_name_plural': 'shipment lines',
                    'constraints': [models.UniqueConstraint(fields=('shipment', 'order_line'), name='shipment_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='shipment_line_quantity')],
                },
            ),
            migrations.CreateModel(
                name='StockLevel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on_hand', models.DecimalField(decimal_places=3, default=0, max_digits=18, verbose_name='on hand')),
                    ('reserved', models.DecimalField(decimal_places=3, default=0, max_digits=18, verbose_name='reserved')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_levels', to='catalog.product')),
                    ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_levels', to='fulfillment.warehouse')),
                ],
                options={
                    'verbose_name': 'stock level',
                    'verbose_name_plural': 'stock levels',
                    'constraints': [models.CheckConstraint(condition=models.Q(('on_hand__gte', models.F('reserved')), ('reserved__gte', 0)), name='stock_never_oversold'), models.UniqueConstraint(fields=('product', 'warehouse'), name='stock_level_once')],
                },
            ),
            migrations.CreateModel(
                name='Reservation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('quantity', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='quantity')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='orders.orderline')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='fulfillment.stocklevel')),
                ],
                options={
                    'verbose_name': 'reservation',
                    'verbose_name_plural': 'reservations',
                    'constraints': [models.UniqueConstraint(fields=('order_line', 'level'), name='reservation_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='reservation_quantity')],
                },
            ),
            migrations.CreateModel(
                name='StockMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('receipt', 'goods received'), ('shipment', 'shipped'), ('adjustment', 'count difference'), ('return', 'returned')], max_length=10, verbose_name='kind')),
                    ('quantity', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='quantity')),
                    ('lot', models.CharField(blank=True, max_length=40, verbose_name='lot')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source_key', models.CharField(max_length=100, unique=True)),
                    ('moved_on', models.DateField(verbose_name='date')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='fulfillment.stocklevel')),
                    ('shipment_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='fulfillment.shipmentline')),
                ],
                options={
                    'verbose_name': 'stock move',
                    'verbose_name_plural': 'stock moves',
                    'indexes': [models.Index(fields=['level', '-id'], name='stock_move_level')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='stock_move_quantity'), models.CheckConstraint(condition=models.Q(('kind__in', ['receipt', 'shipment', 'adjustment', 'return'])), name='stock_move_kind')],
                },
            ),
            migrations.CreateModel(
                name='Warehouse',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(max_length=12, verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('street', models.CharField(blank=True, max_length=120, verbose_name='street')),
                    ('postcode', models.CharField(blank=True, max_length=12, verbose_name='postcode')),
                    ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'warehouse',
                    'verbose_name_plural': 'warehouses',
                    'ordering': ['code'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='warehouse_code')],
                },
            ),
        ]),
        rules_from(__file__),
    ]
