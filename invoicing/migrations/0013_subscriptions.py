"""Subscriptions with their lines, prices, pauses and indices; invoices of a period."""

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_country_packs"),
        ("core", "0012_subscription_series"),
        ("customers", "0004_references"),
        ("fulfillment", "0003_billed_mark"),
        ("invoicing", "0012_line_items"),
        ("orders", "0004_charge_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="holds from")),
                (
                    "value",
                    models.DecimalField(decimal_places=4, max_digits=12, verbose_name="value"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "index value",
                "verbose_name_plural": "index values",
                "ordering": ["index", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="PriceIndex",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("publisher", models.CharField(max_length=120, verbose_name="published by")),
            ],
            options={
                "verbose_name": "price index",
                "verbose_name_plural": "price indices",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "draft"),
                            ("active", "active"),
                            ("paused", "paused"),
                            ("ended", "ended"),
                        ],
                        default="draft",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what for")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "po_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="customer's order number"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="begins")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "notice_months",
                    models.PositiveSmallIntegerField(default=0, verbose_name="months of notice"),
                ),
                (
                    "interval_months",
                    models.PositiveSmallIntegerField(default=1, verbose_name="months per period"),
                ),
                (
                    "anchor_day",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="day on which periods begin"
                    ),
                ),
                (
                    "anchor_month",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="month in which a period begins"
                    ),
                ),
                (
                    "is_in_advance",
                    models.BooleanField(default=True, verbose_name="billed in advance"),
                ),
                ("next_from", models.DateField(editable=False, verbose_name="billed before")),
                (
                    "next_bill_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="next billing"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="SubscriptionLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="pos.")),
                ("description", models.CharField(max_length=160, verbose_name="description")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=3, max_digits=18, verbose_name="quantity"),
                ),
                ("unit", models.CharField(default="C62", max_length=3, verbose_name="unit")),
                (
                    "vat_class",
                    models.CharField(
                        choices=[
                            ("standard", "standard rate"),
                            ("reduced", "reduced rate"),
                            ("reduced2", "second reduced rate"),
                            ("food", "food"),
                            ("zero", "zero rate"),
                            ("exempt", "exempt"),
                        ],
                        default="standard",
                        max_length=10,
                        verbose_name="VAT class",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="begins")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "price_rule",
                    models.CharField(
                        choices=[
                            ("fixed", "fixed price"),
                            ("steps", "stepped price"),
                            ("index", "price by index"),
                        ],
                        default="fixed",
                        max_length=10,
                        verbose_name="price",
                    ),
                ),
                (
                    "index_base_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=12,
                        null=True,
                        verbose_name="base value",
                    ),
                ),
                (
                    "index_base_on",
                    models.DateField(blank=True, null=True, verbose_name="base date"),
                ),
                (
                    "index_threshold",
                    models.DecimalField(
                        decimal_places=6, default=0, max_digits=7, verbose_name="threshold"
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription line",
                "verbose_name_plural": "subscription lines",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "pause",
                "verbose_name_plural": "pauses",
                "ordering": ["first_on"],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "unit_price",
                    models.DecimalField(decimal_places=6, max_digits=18, verbose_name="price"),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("agreed", "agreed"),
                            ("step", "agreed step"),
                            ("changed", "changed"),
                            ("index", "by index"),
                        ],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "anniversary_on",
                    models.DateField(blank=True, null=True, verbose_name="anniversary"),
                ),
                (
                    "base_value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                (
                    "old_price",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "change_rate",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True),
                ),
            ],
            options={
                "verbose_name": "price of a subscription line",
                "verbose_name_plural": "prices of subscription lines",
                "ordering": ["valid_from"],
            },
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="period_from",
            field=models.DateField(blank=True, null=True, verbose_name="period from"),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="period_to",
            field=models.DateField(blank=True, null=True, verbose_name="period to"),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("period_from", None), ("period_to", None)),
                    ("period_from__lte", models.F("period_to")),
                    _connector="OR",
                ),
                name="invoice_line_period",
            ),
        ),
        migrations.AddField(
            model_name="indexvalue",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="indexvalue",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="priceindex",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="indexvalue",
            name="index",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="invoicing.priceindex",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="payment_terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.paymentterms",
                verbose_name="terms",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="subscription",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="invoicing.subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subscription", None),
                    models.Q(
                        ("order", None),
                        ("period_from__isnull", False),
                        ("period_to__isnull", False),
                        ("shipment", None),
                    ),
                    _connector="OR",
                ),
                name="invoice_of_subscription",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="index",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="invoicing.priceindex",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="invoicing.subscription",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionpause",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pauses",
                to="invoicing.subscription",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionprice",
            name="index_value",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="invoicing.indexvalue",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionprice",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prices",
                to="invoicing.subscriptionline",
            ),
        ),
        migrations.AddConstraint(
            model_name="priceindex",
            constraint=models.UniqueConstraint(fields=("company", "name"), name="price_index_name"),
        ),
        migrations.AddConstraint(
            model_name="indexvalue",
            constraint=models.UniqueConstraint(
                fields=("index", "valid_from"), name="index_value_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gt", 0)), name="index_value_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["company", "-id"], name="subscription_company"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("next_bill_on__isnull", False)),
                fields=["company", "next_bill_on"],
                name="subscription_to_bill",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["number"], name="subscription_number_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="subscription_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=("id", "company", "customer"), name="subscription_of_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "active", "paused", "ended"])),
                name="subscription_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interval_months__gte", 1),
                    ("interval_months__lte", 120),
                    ("anchor_day__gte", 1),
                    ("anchor_day__lte", 31),
                    ("anchor_month__gte", 1),
                    ("anchor_month__lte", 12),
                ),
                name="subscription_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("active", "paused")), ("next_bill_on", None), _connector="OR"
                ),
                name="subscription_bills_while_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_from__gte", models.F("starts_on"))),
                name="subscription_from_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.UniqueConstraint(
                fields=("subscription", "position"), name="subscription_line_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="subscription_line_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("index__isnull", False),
                        ("index_base_on__isnull", False),
                        ("index_base_value__gt", 0),
                        ("price_rule", "index"),
                    ),
                    models.Q(
                        ("index", None),
                        ("index_base_value", None),
                        ("price_rule__in", ["fixed", "steps"]),
                    ),
                    _connector="OR",
                ),
                name="subscription_line_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("index_threshold__gte", 0), ("index_threshold__lt", 1)),
                name="subscription_line_threshold",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionpause",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("subscription", "="),
                    (
                        models.Func(
                            "first_on", "last_on", models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="subscription_paused_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionprice",
            constraint=models.UniqueConstraint(
                fields=("line", "valid_from"), name="subscription_price_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionprice",
            constraint=models.UniqueConstraint(
                fields=("line", "anniversary_on"), name="subscription_adjusted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price__gte", 0)), name="subscription_price_sign"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "index"), _negated=True),
                    models.Q(
                        ("anniversary_on__isnull", False),
                        ("base_value__gt", 0),
                        ("change_rate__isnull", False),
                        ("index_value__isnull", False),
                        ("old_price__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="subscription_price_reckoned",
            ),
        ),
    ]
