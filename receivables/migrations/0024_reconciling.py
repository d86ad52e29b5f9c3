"""Balances of the general ledger, rates of the flat-rate provision and its accounts."""

import django.db.models.deletion
from django.db import migrations, models

from core.sql import rules_from

_ROWS = {
    "SKR03": {
        "provision": ("0996", "Pauschalwertberichtigung auf Forderungen"),
        "provision_expense": (
            "2450",
            "Einstellung in die Pauschalwertberichtigung auf Forderungen",
        ),
    },
    "SKR04": {
        "provision": ("1248", "Pauschalwertberichtigung auf Forderungen"),
        "provision_expense": (
            "6920",
            "Einstellung in die Pauschalwertberichtigung auf Forderungen",
        ),
    },
    "BAS": {
        "provision": ("1519", "Nedskrivning av kundfordringar"),
        "provision_expense": ("6352", "Befarade förluster på kundfordringar"),
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
        ("receivables", "0023_long_references"),
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
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.CreateModel(
            name="LedgerList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("balance_on", models.DateField(verbose_name="balances of")),
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
            ],
            options={
                "verbose_name": "list of balances",
                "verbose_name_plural": "lists of balances",
            },
        ),
        migrations.CreateModel(
            name="LedgerBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(max_length=12, verbose_name="account")),
                (
                    "document_number",
                    models.CharField(blank=True, max_length=40, verbose_name="document"),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="balance"),
                ),
                (
                    "ledger_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="receivables.ledgerlist",
                    ),
                ),
            ],
            options={
                "verbose_name": "balance",
                "verbose_name_plural": "balances",
            },
        ),
        migrations.CreateModel(
            name="ProvisionRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="holds from")),
                (
                    "days_overdue",
                    models.PositiveSmallIntegerField(verbose_name="days overdue from"),
                ),
                ("rate", models.DecimalField(decimal_places=6, max_digits=7, verbose_name="rate")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
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
                "verbose_name": "provision rate",
                "verbose_name_plural": "provision rates",
                "ordering": ["-valid_from", "days_overdue"],
            },
        ),
        migrations.AddConstraint(
            model_name="ledgerlist",
            constraint=models.UniqueConstraint(
                fields=("company", "balance_on", "sha256"), name="ledger_list_once"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerbalance",
            index=models.Index(
                fields=["ledger_list", "account_number", "document_number"],
                name="ledger_balance_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="provisionrate",
            constraint=models.UniqueConstraint(
                fields=("company", "valid_from", "days_overdue"), name="provision_rate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="provisionrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gte", 0), ("rate__lte", 1)), name="provision_rate_share"
            ),
        ),
        rules_from(__file__),
        migrations.RunPython(_add_accounts, _drop_accounts),
    ]
