"""Payments by card: what was begun, what moved, settlements, messages, and the accounts for them."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from

_ROWS = {
    "SKR03": {
        "provider": ("1361", "Geldtransit Zahlungsdienstleister"),
        "provider_fee": ("4971", "Gebühren des Zahlungsdienstleisters"),
    },
    "SKR04": {
        "provider": ("1461", "Geldtransit Zahlungsdienstleister"),
        "provider_fee": ("6856", "Gebühren des Zahlungsdienstleisters"),
    },
    "BAS": {
        "provider": ("1580", "Fordringar för kontokort och kuponger"),
        "provider_fee": ("6571", "Avgifter till betalningsleverantör"),
    },
}


def _add_accounts(apps, schema_editor):
    """For companies that have a chart; a number used otherwise is left to the company."""
    account = apps.get_model("receivables", "Account")
    setting = apps.get_model("receivables", "BooksSetting")
    chosen = dict(setting.objects.values_list("company_id", "chart"))
    known = account.objects.values_list("company_id", "company__country").distinct()
    account.objects.bulk_create(
        [
            account(company_id=company_id, number=number, name=name, role=role)
            for company_id, country in known.order_by()
            for role, (number, name) in _ROWS[
                chosen.get(company_id) or ("BAS" if country == "SE" else "SKR03")
            ].items()
        ],
        ignore_conflicts=True,
    )


def _drop_accounts(apps, schema_editor):
    account = apps.get_model("receivables", "Account")
    account.objects.filter(role__in=_ROWS["BAS"]).delete()


class Migration(migrations.Migration):
    """Tables, what of them stays, and accounts for companies that have a chart."""

    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0009_mandate_rules"),
        ("receivables", "0030_payer_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="account",
            name="role",
            field=models.CharField(
                choices=[
                    ("receivables", "trade receivables (control account)"),
                    ("bank", "bank"),
                    ("clearing", "receipts not yet identified"),
                    ("revenue", "revenue"),
                    ("advance", "advance payments received"),
                    ("vat", "output VAT"),
                    ("discount", "discounts granted"),
                    ("bank_charges", "bank charges"),
                    ("write_off", "write-offs"),
                    ("rounding", "rounding differences"),
                    ("opening", "opening balances of receivables"),
                    ("exchange_gain", "exchange gains"),
                    ("exchange_loss", "exchange losses"),
                    ("valuation", "valuation of receivables in foreign currency"),
                    ("valuation_gain", "unrealised exchange gains"),
                    ("valuation_loss", "unrealised exchange losses"),
                    ("provision", "flat-rate provision for receivables"),
                    ("provision_expense", "expense of the flat-rate provision"),
                    ("provider", "payment provider (clearing)"),
                    ("provider_fee", "fees of the payment provider"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.CreateModel(
            name="ProviderPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "remote_id",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="number at the provider"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("begun", "begun"),
                            ("open", "waits for the payer"),
                            ("paid", "paid"),
                            ("declined", "declined"),
                            ("expired", "given up"),
                        ],
                        default="begun",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="by")),
                ("page_url", models.URLField(blank=True, max_length=500)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "trouble",
                    models.CharField(blank=True, max_length=20, verbose_name="does not agree"),
                ),
                ("started_by_name", models.CharField(max_length=120, verbose_name="begun by")),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="begun")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "card payment",
                "verbose_name_plural": "card payments",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ProviderMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("capture", "paid"),
                            ("refund", "refund"),
                            ("chargeback", "charge-back"),
                            ("chargeback_won", "charge-back taken back"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "remote_id",
                    models.CharField(max_length=80, verbose_name="number at the provider"),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("happened_on", models.DateField(verbose_name="date")),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.journalentry",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_movement",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="receivables.providerpayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "movement of a card payment",
                "verbose_name_plural": "movements of card payments",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ProviderRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "to approve"),
                            ("approved", "on its way"),
                            ("done", "given back"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("needs_approval", models.BooleanField(default=True)),
                ("proposed_by_name", models.CharField(max_length=120, verbose_name="proposed by")),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed")),
                (
                    "decided_by_name",
                    models.CharField(blank=True, max_length=120, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="receivables.providerpayment",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "refund of a card payment",
                "verbose_name_plural": "refunds of card payments",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ProviderSettlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=80, verbose_name="reference")),
                ("paid_on", models.DateField(verbose_name="paid out")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "gross_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="gross"),
                ),
                (
                    "fee_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="fee"),
                ),
                (
                    "net_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="net"),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("imported_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="imported")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.journalentry",
                    ),
                ),
                (
                    "match",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_settlement",
                        to="receivables.bankmatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "settlement of the payment provider",
                "verbose_name_plural": "settlements of the payment provider",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ProviderSettlementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("remote_id", models.CharField(max_length=80)),
                ("payment_remote_id", models.CharField(blank=True, max_length=80)),
                (
                    "gross_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="gross"),
                ),
                (
                    "fee_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="fee"),
                ),
                (
                    "net_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="net"),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement_line",
                        to="receivables.providermovement",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="receivables.providersettlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a settlement",
                "verbose_name_plural": "lines of settlements",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ProviderShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_shares",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="receivables.providerpayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a card payment",
                "verbose_name_plural": "items of card payments",
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=120)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=200)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "message of the payment provider",
                "verbose_name_plural": "messages of the payment provider",
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at", None)),
                        fields=["id"],
                        name="provider_event_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "event_id"), name="provider_event_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="providerpayment",
            index=models.Index(fields=["company", "-id"], name="provider_payment_company"),
        ),
        migrations.AddIndex(
            model_name="providerpayment",
            index=models.Index(
                condition=models.Q(("trouble", ""), _negated=True),
                fields=["company"],
                name="provider_payment_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="providerpayment",
            index=models.Index(
                condition=models.Q(("state__in", ["begun", "open"])),
                fields=["asked_at"],
                name="provider_payment_to_ask",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("remote_id", ""), _negated=True),
                fields=("company", "remote_id"),
                name="provider_payment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="provider_payment_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["begun", "open", "paid", "declined", "expired"])),
                name="provider_payment_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="providermovement",
            constraint=models.UniqueConstraint(
                fields=("company", "remote_id"), name="provider_movement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="providermovement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="provider_movement_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="providermovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["capture", "refund", "chargeback", "chargeback_won"])
                ),
                name="provider_movement_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="providerrefund",
            index=models.Index(
                condition=models.Q(("state__in", ["proposed", "approved"])),
                fields=["company", "state"],
                name="provider_refund_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="provider_refund_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "approved", "done", "refused"])),
                name="provider_refund_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_approval", False),
                    ("state__in", ["proposed", "refused"]),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="provider_refund_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="providersettlement",
            constraint=models.UniqueConstraint(
                fields=("company", "reference"), name="provider_settlement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="providersettlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_amount",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross_amount"), "-", models.F("fee_amount")
                        ),
                    )
                ),
                name="provider_settlement_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="providersettlementline",
            constraint=models.UniqueConstraint(
                fields=("settlement", "position"), name="provider_line_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="providersettlementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_amount",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross_amount"), "-", models.F("fee_amount")
                        ),
                    )
                ),
                name="provider_line_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="providershare",
            constraint=models.UniqueConstraint(
                fields=("payment", "item"), name="provider_share_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="providershare",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="provider_share_amount"
            ),
        ),
        rules_from(__file__),
        migrations.RunPython(_add_accounts, _drop_accounts),
    ]
