"""Customers with terms of payment, notes and mandates.

In one for a new database; docs/adr/0080 says how.
"""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_rules"),
        ("customers", "0003_customer_notes"),
        ("customers", "0004_references"),
        ("customers", "0005_billing"),
        ("customers", "0006_invoice_wishes"),
        ("customers", "0007_needs_order_number"),
        ("customers", "0008_mandates"),
        ("customers", "0009_mandate_rules"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Customer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=20, verbose_name='number')),
                    ('previous_number', models.CharField(blank=True, max_length=40, verbose_name='number in the previous system')),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('language', models.CharField(choices=[('en', 'English'), ('de', 'German'), ('sv', 'Swedish')], max_length=5, verbose_name='language of documents')),
                    ('currency', models.CharField(max_length=3, verbose_name='currency')),
                    ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT id')),
                    ('registration_number', models.CharField(blank=True, max_length=30, verbose_name='registration number')),
                    ('is_business', models.BooleanField(default=True, verbose_name='business')),
                    ('is_public_body', models.BooleanField(default=False, verbose_name='public body')),
                    ('buyer_reference', models.CharField(blank=True, max_length=60, verbose_name='buyer reference (Leitweg-ID)')),
                    ('endpoint_scheme', models.CharField(blank=True, max_length=4, verbose_name='endpoint scheme')),
                    ('endpoint_id', models.CharField(blank=True, max_length=60, verbose_name='endpoint id')),
                    ('risk_class', models.CharField(choices=[('A', 'A – low'), ('B', 'B – normal'), ('C', 'C – raised'), ('D', 'D – high')], default='B', max_length=1, verbose_name='risk class')),
                    ('is_blocked', models.BooleanField(default=False, verbose_name='blocked')),
                    ('delivery_stop_reason', models.CharField(blank=True, max_length=160, verbose_name='delivery stop')),
                    ('note', models.TextField(blank=True, verbose_name='note')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('group_parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='group_members', to='customers.customer')),
                    ('sales_rep', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sales rep')),
                    ('payment_terms', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='customers.paymentterms', verbose_name='terms')),
                    ('contract_reference', models.CharField(blank=True, max_length=60, verbose_name='contract')),
                    ('project_reference', models.CharField(blank=True, max_length=60, verbose_name='project')),
                    ('billing_group', models.CharField(choices=[('customer', 'everything together'), ('po_number', 'one for each of their order numbers'), ('ship_to', 'one for each delivery address')], default='customer', max_length=9, verbose_name='collective invoices')),
                    ('billing_policy', models.CharField(choices=[('shipment', 'each delivery by itself'), ('order', 'each order, once it is complete'), ('week', 'all deliveries of a week together'), ('month', 'all deliveries of a month together'), ('advance', 'the whole order in advance')], default='shipment', max_length=8, verbose_name='invoiced')),
                    ('accounting_reference', models.CharField(blank=True, max_length=60, verbose_name='cost centre')),
                    ('rounding', models.CharField(blank=True, choices=[('', 'as our company does'), ('whole', 'whole kronor'), ('exact', 'exact')], default='', max_length=7, verbose_name='rounding of invoices')),
                    ('is_po_number_required', models.BooleanField(default=False, verbose_name='needs an order number')),
                ],
                options={
                    'verbose_name': 'customer',
                    'verbose_name_plural': 'customers',
                    'ordering': ['name'],
                    'indexes': [models.Index(fields=['company', 'name'], name='customer_name'), models.Index(condition=models.Q(('vat_id', ''), _negated=True), fields=['company', 'vat_id'], name='customer_vat_id'), models.Index(condition=models.Q(('previous_number', ''), _negated=True), fields=['company', 'previous_number'], name='customer_previous'), models.Index(models.F('company'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('number'), name='varchar_pattern_ops'), name='customer_number_prefix'), django.contrib.postgres.indexes.GinIndex(fields=['name'], name='customer_name_trgm', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='customer_name_upper_trgm')],
                    'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='customer_number'), models.CheckConstraint(condition=models.Q(('group_parent', None), models.Q(('group_parent', models.F('id')), _negated=True), _connector='OR'), name='customer_not_own_parent'), models.CheckConstraint(condition=models.Q(('risk_class__in', ['A', 'B', 'C', 'D'])), name='customer_risk_class'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$'), ('currency__regex', '^[A-Z]{3}$')), name='customer_iso_codes'), models.CheckConstraint(condition=models.Q(('billing_group__in', ['customer', 'po_number', 'ship_to']), ('billing_policy__in', ['shipment', 'order', 'week', 'month', 'advance'])), name='customer_billing'), models.CheckConstraint(condition=models.Q(('rounding__in', ['', 'whole', 'exact'])), name='customer_rounding_known')],
                },
            ),
            migrations.CreateModel(
                name='Contact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                    ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                    ('receives_orders', models.BooleanField(default=False, verbose_name='order confirmations')),
                    ('receives_invoices', models.BooleanField(default=False, verbose_name='invoices')),
                    ('receives_reminders', models.BooleanField(default=False, verbose_name='reminders')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'contact',
                    'verbose_name_plural': 'contacts',
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='PaymentTerms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('discount_days', models.PositiveSmallIntegerField(default=0, verbose_name='discount days')),
                    ('discount_rate', models.DecimalField(decimal_places=6, default=0, max_digits=7, verbose_name='discount rate')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'payment terms',
                    'verbose_name_plural': 'payment terms',
                    'ordering': ['code'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='payment_terms_code'), models.CheckConstraint(condition=models.Q(('discount_rate__gte', 0), ('discount_rate__lt', 1)), name='payment_terms_rate')],
                },
            ),
            migrations.CreateModel(
                name='PaymentTermsPart',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveSmallIntegerField(default=1)),
                    ('share', models.DecimalField(decimal_places=6, default=1, max_digits=7, verbose_name='share')),
                    ('due_days', models.PositiveSmallIntegerField(default=30, verbose_name='days')),
                    ('terms', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='customers.paymentterms')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('terms', 'position'), name='payment_terms_part'), models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1)), name='terms_part_share')],
                },
            ),
            migrations.CreateModel(
                name='Address',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('billing', 'billing'), ('shipping', 'delivery')], max_length=10, verbose_name='kind')),
                    ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                    ('street', models.CharField(max_length=120, verbose_name='street')),
                    ('extra', models.CharField(blank=True, max_length=120, verbose_name='second line')),
                    ('postcode', models.CharField(max_length=12, verbose_name='postcode')),
                    ('city', models.CharField(max_length=80, verbose_name='city')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('gln', models.CharField(blank=True, max_length=13, verbose_name='GLN')),
                    ('is_default', models.BooleanField(default=False, verbose_name='default')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'address',
                    'verbose_name_plural': 'addresses',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True), ('is_default', True)), fields=('customer', 'kind'), name='address_one_default')],
                },
            ),
            migrations.CreateModel(
                name='CustomerBankAccount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('iban', models.CharField(max_length=34, verbose_name='IBAN')),
                    ('bic', models.CharField(blank=True, max_length=11, verbose_name='BIC')),
                    ('holder', models.CharField(blank=True, max_length=160, verbose_name='holder')),
                    ('source', models.CharField(choices=[('typed', 'entered'), ('learned', 'learned from a payment')], default='typed', max_length=10)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bank_accounts', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'bank account',
                    'verbose_name_plural': 'bank accounts',
                    'indexes': [models.Index(fields=['iban'], name='customer_iban')],
                    'constraints': [models.UniqueConstraint(fields=('customer', 'iban'), name='customer_iban_once')],
                },
            ),
            migrations.CreateModel(
                name='CustomerNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('call', 'call'), ('mail', 'e-mail'), ('visit', 'visit'), ('note', 'note')], default='call', max_length=10, verbose_name='how')),
                    ('outcome', models.CharField(blank=True, choices=[('reached', 'reached'), ('not_reached', 'not reached'), ('promise', 'promised to pay'), ('dispute', 'contests the claim')], max_length=12, verbose_name='outcome')),
                    ('text', models.TextField(blank=True, verbose_name='what was said')),
                    ('promised_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='amount promised')),
                    ('promised_on', models.DateField(blank=True, null=True, verbose_name='promised for')),
                    ('next_step', models.CharField(blank=True, max_length=160, verbose_name='next step')),
                    ('next_on', models.DateField(blank=True, null=True, verbose_name='on')),
                    ('is_done', models.BooleanField(default=False, verbose_name='next step done')),
                    ('is_pinned', models.BooleanField(default=False, verbose_name='pinned')),
                    ('noted_on', models.DateField(verbose_name='date')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.contact')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'note',
                    'verbose_name_plural': 'notes',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['customer', '-id'], name='customer_note')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'promise'), ('promised_on__isnull', False)), models.Q(models.Q(('outcome', 'promise'), _negated=True), ('promised_amount', None), ('promised_on', None)), _connector='OR'), name='customer_note_promise'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='customer_note_says_something'), models.CheckConstraint(condition=models.Q(('promised_amount', None), ('promised_amount__gt', 0), _connector='OR'), name='customer_note_amount')],
                },
            ),
            migrations.CreateModel(
                name='Mandate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reference', models.CharField(max_length=35, verbose_name='mandate')),
                    ('scheme', models.CharField(choices=[('CORE', 'Core'), ('B2B', 'B2B')], default='CORE', max_length=4, verbose_name='scheme')),
                    ('iban', models.CharField(max_length=34, verbose_name='IBAN')),
                    ('bic', models.CharField(blank=True, max_length=11, verbose_name='BIC')),
                    ('holder', models.CharField(max_length=70, verbose_name='holder')),
                    ('signed_on', models.DateField(verbose_name='signed')),
                    ('state', django_fsm.FSMField(choices=[('draft', 'to be checked'), ('active', 'in use'), ('suspended', 'suspended'), ('revoked', 'revoked'), ('expired', 'expired')], default='draft', max_length=50, protected=True, verbose_name='state')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('last_used_on', models.DateField(blank=True, null=True, verbose_name='last used')),
                    ('entered_by_name', models.CharField(max_length=120, verbose_name='entered by')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('activated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='customers.customer', verbose_name='customer')),
                    ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'SEPA mandate',
                    'verbose_name_plural': 'SEPA mandates',
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'reference'), name='mandate_reference_once'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('customer',), name='mandate_one_in_use'), models.CheckConstraint(condition=models.Q(('scheme__in', ['CORE', 'B2B']), ('state__in', ['draft', 'active', 'suspended', 'revoked', 'expired'])), name='mandate_known_words'), models.CheckConstraint(condition=models.Q(('iban__regex', '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'), ('reference__regex', "^[A-Za-z0-9+?:().,'-]([A-Za-z0-9+?/:().,' -]{0,34})$")), name='mandate_signs'), models.CheckConstraint(condition=models.Q(('entered_by', None), ('activated_by', None), models.Q(('activated_by', models.F('entered_by')), _negated=True), _connector='OR'), name='mandate_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['active', 'suspended']), _negated=True), ('activated_by__isnull', False), _connector='OR'), name='mandate_used_only_checked'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['suspended', 'revoked']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='mandate_ended_with_reason')],
                },
                bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
            ),
        ]),
        rules_from(__file__),
    ]
