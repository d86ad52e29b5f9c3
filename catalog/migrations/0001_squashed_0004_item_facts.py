"""Products, price lists and VAT, with the rates of the country packs.

In one for a new database; docs/adr/0080 says how.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from catalog.migrations._country_packs import load
from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_rules"),
        ("catalog", "0003_country_packs"),
        ("catalog", "0004_item_facts"),
    ]

    dependencies = [
        ('core', '0001_squashed_0013_direct_debit'),
        ('customers', '0001_squashed_0009_mandate_rules'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='PriceList',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('currency', models.CharField(max_length=3, verbose_name='currency')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='price_lists', to='customers.customer')),
                ],
                options={
                    'verbose_name': 'price list',
                    'verbose_name_plural': 'price lists',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('company', 'name'), name='price_list_name'), models.UniqueConstraint(condition=models.Q(('customer', None), ('is_active', True)), fields=('company', 'currency'), name='price_list_one_general'), models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('customer', 'currency'), name='price_list_one_agreement')],
                },
            ),
            migrations.CreateModel(
                name='Product',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=40, verbose_name='article number')),
                    ('previous_number', models.CharField(blank=True, max_length=40, verbose_name='number in the previous system')),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('description', models.TextField(blank=True, verbose_name='description')),
                    ('kind', models.CharField(choices=[('goods', 'goods'), ('service', 'service')], default='goods', max_length=10, verbose_name='kind')),
                    ('unit', models.CharField(default='C62', help_text='UN/ECE code: C62 piece, KGM, MTR, HUR, LTR', max_length=3, verbose_name='unit')),
                    ('gtin', models.CharField(blank=True, max_length=14, verbose_name='GTIN')),
                    ('vat_class', models.CharField(choices=[('standard', 'standard rate'), ('reduced', 'reduced rate'), ('reduced2', 'second reduced rate'), ('food', 'food'), ('zero', 'zero rate'), ('exempt', 'exempt')], default='standard', max_length=10, verbose_name='VAT class')),
                    ('reorder_point', models.DecimalField(decimal_places=3, default=0, max_digits=18, verbose_name='reorder point')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('attributes', models.JSONField(blank=True, default=list, help_text='pairs of a name and a value', verbose_name='attributes')),
                    ('classification_code', models.CharField(blank=True, max_length=30, verbose_name='classification')),
                    ('classification_list', models.CharField(blank=True, choices=[('', '–'), ('TST', 'UNSPSC'), ('STQ', 'eCl@ss'), ('STI', 'CPV (public procurement)'), ('TSP', 'EU customs tariff (combined nomenclature)'), ('HS', 'harmonised system')], default='', max_length=3, verbose_name='classified by')),
                    ('origin_country', models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country of origin')),
                ],
                options={
                    'verbose_name': 'product',
                    'verbose_name_plural': 'products',
                    'ordering': ['number'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['name'], name='product_name_trgm', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='product_name_upper_trgm'), models.Index(condition=models.Q(('previous_number', ''), _negated=True), fields=['company', 'previous_number'], name='product_previous'), models.Index(models.F('company'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('number'), name='varchar_pattern_ops'), name='product_number_prefix')],
                    'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='product_number'), models.UniqueConstraint(condition=models.Q(('gtin', ''), _negated=True), fields=('company', 'gtin'), name='product_gtin_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['goods', 'service'])), name='product_kind'), models.CheckConstraint(condition=models.Q(('vat_class__in', ['standard', 'reduced', 'reduced2', 'food', 'zero', 'exempt'])), name='product_vat_class'), models.CheckConstraint(condition=models.Q(models.Q(('classification_code', ''), ('classification_list', '')), models.Q(('classification_list__in', ['TST', 'STQ', 'STI', 'TSP', 'HS']), models.Q(('classification_code', ''), _negated=True)), _connector='OR'), name='product_classification')],
                },
            ),
            migrations.CreateModel(
                name='Price',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('min_quantity', models.DecimalField(decimal_places=3, default=0, max_digits=18, verbose_name='from quantity')),
                    ('unit_price', models.DecimalField(decimal_places=6, max_digits=18, verbose_name='unit price')),
                    ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                    ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.pricelist')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.product')),
                ],
                options={
                    'verbose_name': 'price',
                    'verbose_name_plural': 'prices',
                    'ordering': ['product', 'min_quantity'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('unit_price__gte', 0)), name='price_not_negative'), models.CheckConstraint(condition=models.Q(('min_quantity__gte', 0)), name='price_from_quantity'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('price_list', '='), ('product', '='), ('min_quantity', '='), ('valid', '&&')], name='price_no_overlap')],
                },
            ),
            migrations.CreateModel(
                name='VatExemption',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('category', models.CharField(choices=[('S', 'standard'), ('Z', 'zero rated'), ('E', 'exempt'), ('AE', 'reverse charge'), ('K', 'intra-community supply'), ('G', 'export'), ('O', 'outside VAT')], max_length=2, verbose_name='VAT category')),
                    ('language', models.CharField(choices=[('en', 'English'), ('de', 'German'), ('sv', 'Swedish')], max_length=5, verbose_name='language')),
                    ('text', models.CharField(max_length=200, verbose_name='text on the document')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'VAT exemption text',
                    'verbose_name_plural': 'VAT exemption texts',
                    'ordering': ['country', 'category', 'language'],
                    'constraints': [models.UniqueConstraint(fields=('country', 'category', 'language'), name='vat_exemption_once')],
                },
            ),
            migrations.CreateModel(
                name='VatRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('vat_class', models.CharField(choices=[('standard', 'standard rate'), ('reduced', 'reduced rate'), ('reduced2', 'second reduced rate'), ('food', 'food'), ('zero', 'zero rate'), ('exempt', 'exempt')], max_length=10, verbose_name='VAT class')),
                    ('rate', models.DecimalField(decimal_places=6, max_digits=7, verbose_name='rate')),
                    ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'VAT rate',
                    'verbose_name_plural': 'VAT rates',
                    'ordering': ['country', 'vat_class'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('rate__lt', 1)), name='vat_rate_fraction'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('country', '='), ('vat_class', '='), ('valid', '&&')], name='vat_rate_no_overlap')],
                },
            ),
        ]),
        rules_from(__file__),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
