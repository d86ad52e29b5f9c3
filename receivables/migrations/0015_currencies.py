"""Foreign currency: what items, payments and allocations are worth in the books."""

import django.db.models.deletion
from django.db import migrations, models

from core.sql import rules_from

# Until now everything was in the books' currency: each amount is its own worth.
_WORTH = """
ALTER TABLE receivables_allocation DISABLE TRIGGER allocation_stays;
UPDATE receivables_allocation
   SET debit_functional_amount = amount, credit_functional_amount = amount;
ALTER TABLE receivables_allocation ENABLE TRIGGER allocation_stays;
UPDATE receivables_openitem SET outstanding_functional_amount = outstanding_amount;
UPDATE receivables_bankentry SET functional_amount = amount;
"""
_ROWS = {
    "SKR03": {
        "exchange_gain": ("2661", "Kursgewinne (realisiert)"),
        "exchange_loss": ("2151", "Kursverluste (realisiert)"),
        "valuation": ("1498", "Währungsbewertung Forderungen"),
        "valuation_gain": ("2660", "Erträge aus der Währungsbewertung"),
        "valuation_loss": ("2152", "Aufwendungen aus der Währungsbewertung"),
    },
    "SKR04": {
        "exchange_gain": ("4841", "Kursgewinne (realisiert)"),
        "exchange_loss": ("6881", "Kursverluste (realisiert)"),
        "valuation": ("1298", "Währungsbewertung Forderungen"),
        "valuation_gain": ("4840", "Erträge aus der Währungsbewertung"),
        "valuation_loss": ("6882", "Aufwendungen aus der Währungsbewertung"),
    },
    "BAS": {
        "exchange_gain": ("3960", "Valutakursvinster på rörelsefordringar"),
        "exchange_loss": ("7960", "Valutakursförluster på rörelsefordringar"),
        "valuation": ("1518", "Omräkning av kundfordringar i utländsk valuta"),
        "valuation_gain": ("3969", "Orealiserade valutakursvinster"),
        "valuation_loss": ("7969", "Orealiserade valutakursförluster"),
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
    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0009_mandate_rules"),
        ("invoicing", "0017_billed_once"),
        ("receivables", "0014_allocation_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("valid_on", models.DateField(verbose_name="day")),
                (
                    "currency_amount",
                    models.DecimalField(
                        decimal_places=6, max_digits=18, verbose_name="foreign amount"
                    ),
                ),
                (
                    "books_amount",
                    models.DecimalField(
                        decimal_places=6, max_digits=18, verbose_name="worth in the books"
                    ),
                ),
                ("source", models.CharField(max_length=80, verbose_name="source")),
                ("recorded_at", models.DateTimeField(auto_now=True, verbose_name="recorded")),
            ],
            options={
                "verbose_name": "exchange rate",
                "verbose_name_plural": "exchange rates",
                "ordering": ["-valid_on", "currency"],
            },
        ),
        migrations.AddField(
            model_name="allocation",
            name="credit_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="allocation",
            name="debit_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="exchange_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exchange_entries",
                to="receivables.allocation",
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="outstanding_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
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
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.RunSQL(_WORTH, "SELECT 1"),
        migrations.AlterField(
            model_name="allocation",
            name="credit_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="debit_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="bankentry",
            name="functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="openitem",
            name="outstanding_functional_amount",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("credit_functional_amount__gte", 0),
                        ("debit_functional_amount__gte", 0),
                    ),
                    models.Q(
                        ("amount__lt", 0),
                        ("credit_functional_amount__lte", 0),
                        ("debit_functional_amount__lte", 0),
                    ),
                    _connector="OR",
                ),
                name="allocation_functional_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exchange_of__isnull", False)),
                fields=("exchange_of",),
                name="journal_exchange_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("amount__gt", 0),
                            ("outstanding_functional_amount__gte", 0),
                            ("outstanding_functional_amount__lte", models.F("functional_amount")),
                        ),
                        models.Q(
                            ("amount__lt", 0),
                            ("outstanding_functional_amount__gte", models.F("functional_amount")),
                            ("outstanding_functional_amount__lte", 0),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("outstanding_amount", 0), _negated=True),
                        ("outstanding_functional_amount", 0),
                        _connector="OR",
                    ),
                ),
                name="item_zero_in_both_currencies",
            ),
        ),
        migrations.AddField(
            model_name="exchangerate",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerate",
            constraint=models.UniqueConstraint(
                fields=("company", "currency", "valid_on"), name="exchange_rate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerate",
            constraint=models.CheckConstraint(
                condition=models.Q(("books_amount__gt", 0), ("currency_amount__gt", 0)),
                name="exchange_rate_amounts",
            ),
        ),
        rules_from(__file__),
        migrations.RunPython(_add_accounts, _drop_accounts),
    ]
