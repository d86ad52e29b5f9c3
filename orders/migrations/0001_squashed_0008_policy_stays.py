"""Orders with their lines and charges.

In one for a new database; docs/adr/0080 says how.
"""

import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0002_rules"),
        ("orders", "0003_charges"),
        ("orders", "0004_charge_rules"),
        ("orders", "0005_billing"),
        ("orders", "0006_charge_text"),
        ("orders", "0007_discount_rules"),
        ("orders", "0008_policy_stays"),
    ]

    dependencies = [
        ('catalog', '0001_squashed_0004_item_facts'),
        ('core', '0001_squashed_0013_direct_debit'),
        ('customers', '0001_squashed_0009_mandate_rules'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Order',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=20, verbose_name='number')),
                    ('state', django_fsm.FSMField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('on_hold', 'on hold'), ('released', 'released'), ('in_fulfilment', 'in fulfilment'), ('completed', 'completed'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='draft', max_length=50, protected=True, verbose_name='state')),
                    ('hold_reason', models.CharField(blank=True, choices=[('credit', 'credit'), ('price', 'price'), ('stock', 'stock'), ('data', 'data')], max_length=10, verbose_name='hold')),
                    ('hold_note', models.CharField(blank=True, max_length=300, verbose_name='why on hold')),
                    ('channel', models.CharField(choices=[('keyed', 'entered'), ('file', 'file'), ('xml', 'e-order'), ('api', 'API')], default='keyed', max_length=10, verbose_name='channel')),
                    ('po_number', models.CharField(blank=True, max_length=60, verbose_name="customer's order number")),
                    ('ordered_on', models.DateField(verbose_name='order date')),
                    ('requested_on', models.DateField(blank=True, null=True, verbose_name='wanted on')),
                    ('currency', models.CharField(max_length=3, verbose_name='currency')),
                    ('net_amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='net')),
                    ('vat_amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='VAT')),
                    ('gross_amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='total')),
                    ('note', models.TextField(blank=True, verbose_name='note to the warehouse')),
                    ('cancel_reason', models.CharField(blank=True, max_length=200, verbose_name='why cancelled')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('source_key', models.CharField(blank=True, help_text='identity of an imported order', max_length=100)),
                    ('submitted_at', models.DateTimeField(blank=True, null=True)),
                    ('released_at', models.DateTimeField(blank=True, null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('confirmation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storeddocument')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='customers.customer', verbose_name='customer')),
                    ('payment_terms', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.paymentterms', verbose_name='terms')),
                    ('sales_rep', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sales rep')),
                    ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.address', verbose_name='ship to')),
                    ('source_document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storeddocument')),
                    ('billing_policy', models.CharField(choices=[('shipment', 'each delivery by itself'), ('order', 'each order, once it is complete'), ('week', 'all deliveries of a week together'), ('month', 'all deliveries of a month together'), ('advance', 'the whole order in advance')], default='shipment', max_length=8, verbose_name='invoiced')),
                ],
                options={
                    'verbose_name': 'order',
                    'verbose_name_plural': 'orders',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['company', '-id'], name='order_company'), models.Index(fields=['company', 'state', '-id'], name='order_state'), models.Index(fields=['customer', '-id'], name='order_customer'), models.Index(condition=models.Q(('po_number', ''), _negated=True), fields=['customer', 'po_number'], name='order_po'), django.contrib.postgres.indexes.GinIndex(fields=['number'], name='order_number_trgm', opclasses=['gin_trgm_ops']), models.Index(condition=models.Q(('confirmation', None), ('state__in', ['released', 'in_fulfilment', 'completed'])), fields=['id'], name='order_unconfirmed'), models.Index(condition=models.Q(('billing_policy', 'advance'), ('state__in', ['released', 'in_fulfilment', 'completed'])), fields=['company', 'id'], name='order_in_advance')],
                    'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='order_number'), models.UniqueConstraint(condition=models.Q(('source_key', ''), _negated=True), fields=('company', 'source_key'), name='order_source_once'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'on_hold', 'released', 'in_fulfilment', 'completed', 'closed', 'cancelled'])), name='order_state_known'), models.CheckConstraint(condition=models.Q(('gross_amount', django.db.models.expressions.CombinedExpression(models.F('net_amount'), '+', models.F('vat_amount')))), name='order_totals'), models.CheckConstraint(condition=models.Q(('billing_policy__in', ['shipment', 'order', 'week', 'month', 'advance'])), name='order_billing')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
            migrations.CreateModel(
                name='OrderCharge',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveSmallIntegerField()),
                    ('is_charge', models.BooleanField(default=True, verbose_name='charge')),
                    ('reason_code', models.CharField(choices=[('FC', 'freight'), ('PC', 'packing'), ('ZZZ', 'other charge'), ('95', 'discount'), ('100', 'special agreement')], max_length=3, verbose_name='reason')),
                    ('reason', models.CharField(blank=True, max_length=100, verbose_name='text')),
                    ('rate', models.DecimalField(blank=True, decimal_places=6, max_digits=7, null=True, verbose_name='percent')),
                    ('base_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='amount')),
                    ('vat_category', models.CharField(choices=[('S', 'standard'), ('Z', 'zero rated'), ('E', 'exempt'), ('AE', 'reverse charge'), ('K', 'intra-community supply'), ('G', 'export'), ('O', 'outside VAT')], max_length=2, verbose_name='VAT category')),
                    ('vat_rate', models.DecimalField(decimal_places=6, max_digits=7, verbose_name='VAT')),
                    ('vat_note', models.CharField(blank=True, max_length=200, verbose_name='VAT text')),
                    ('spread', models.CharField(choices=[('first', 'the first invoice'), ('last', 'the last invoice'), ('pro_rata', 'each invoice its share')], default='first', max_length=10, verbose_name='on')),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='charges', to='orders.order')),
                    ('entry', models.PositiveSmallIntegerField(default=1)),
                ],
                options={
                    'verbose_name': 'charge',
                    'verbose_name_plural': 'charges and allowances',
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('order', 'position'), name='order_charge_position'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='order_charge_amount'), models.CheckConstraint(condition=models.Q(models.Q(('base_amount', None), ('rate', None)), models.Q(('base_amount__isnull', False), ('rate__gte', 0), ('rate__lte', 1)), _connector='OR'), name='order_charge_rate'), models.CheckConstraint(condition=models.Q(('reason_code__in', ['FC', 'PC', 'ZZZ', '95', '100']), ('spread__in', ['first', 'last', 'pro_rata']), ('vat_category__in', ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'])), name='order_charge_kinds'), models.CheckConstraint(condition=models.Q(('rate', None), ('spread', 'pro_rata'), _connector='OR'), name='order_charge_share'), models.CheckConstraint(condition=models.Q(models.Q(('is_charge', True), ('reason_code__in', ['FC', 'PC', 'ZZZ'])), models.Q(('is_charge', False), ('reason_code__in', ['95', '100']), models.Q(('spread', 'last'), _negated=True)), _connector='OR'), name='order_charge_sign')],
                },
            ),
            migrations.CreateModel(
                name='OrderLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='pos.')),
                    ('description', models.CharField(max_length=200, verbose_name='description')),
                    ('quantity', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='quantity')),
                    ('cancelled_quantity', models.DecimalField(decimal_places=3, default=0, max_digits=18, verbose_name='cancelled')),
                    ('unit', models.CharField(max_length=3, verbose_name='unit')),
                    ('unit_price', models.DecimalField(decimal_places=6, max_digits=18, verbose_name='price')),
                    ('price_source', models.CharField(choices=[('list', 'price list'), ('agreement', "customer's price"), ('manual', 'entered'), ('imported', "from the customer's file")], default='list', max_length=10)),
                    ('price_note', models.CharField(blank=True, max_length=120)),
                    ('discount_rate', models.DecimalField(decimal_places=6, default=0, max_digits=7, verbose_name='discount')),
                    ('vat_category', models.CharField(choices=[('S', 'standard'), ('Z', 'zero rated'), ('E', 'exempt'), ('AE', 'reverse charge'), ('K', 'intra-community supply'), ('G', 'export'), ('O', 'outside VAT')], max_length=2, verbose_name='VAT category')),
                    ('vat_rate', models.DecimalField(decimal_places=6, max_digits=7, verbose_name='VAT')),
                    ('vat_note', models.CharField(blank=True, max_length=200, verbose_name='VAT text')),
                    ('net_amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='amount')),
                    ('promised_on', models.DateField(blank=True, null=True, verbose_name='promised')),
                    ('buyer_reference', models.CharField(blank=True, max_length=60, verbose_name="buyer's line")),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product', verbose_name='article')),
                ],
                options={
                    'verbose_name': 'order line',
                    'verbose_name_plural': 'order lines',
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('order', 'position'), name='order_line_position'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='order_line_quantity'), models.CheckConstraint(condition=models.Q(('cancelled_quantity__gte', 0), ('cancelled_quantity__lte', models.F('quantity'))), name='order_line_cancelled'), models.CheckConstraint(condition=models.Q(('unit_price__gte', 0)), name='order_line_price'), models.CheckConstraint(condition=models.Q(('discount_rate__gte', 0), ('discount_rate__lte', 1)), name='order_line_discount'), models.CheckConstraint(condition=models.Q(('vat_category__in', ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'])), name='order_line_vat')],
                },
            ),
        ]),
        rules_from(__file__),
    ]
