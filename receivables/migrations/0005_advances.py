"""Accounts of advance payments received, for companies that have a chart already."""

from decimal import Decimal

from django.db import migrations, models

_SEVEN, _NINETEEN = Decimal("0.07"), Decimal("0.19")
_ROWS = {
    "SE": (("2420", "Förskott från kunder", "", None),),
    "DE": (
        ("1710", "Erhaltene Anzahlungen", "", None),
        ("1718", "Erhaltene, versteuerte Anzahlungen 19 % USt", "S", _NINETEEN),
        ("1711", "Erhaltene, versteuerte Anzahlungen 7 % USt", "S", _SEVEN),
    ),
}


def _add(apps, schema_editor):
    account = apps.get_model("receivables", "Account")
    known = account.objects.values_list("company_id", "company__country").distinct()
    for company_id, country in known.order_by():
        account.objects.bulk_create(
            [
                account(
                    company_id=company_id,
                    number=number,
                    name=name,
                    role="advance",
                    vat_category=category,
                    vat_rate=rate,
                )
                for number, name, category, rate in _ROWS.get(country, _ROWS["DE"])
            ],
            ignore_conflicts=True,  # a company may use the number otherwise: it adds its own
        )


def _drop(apps, schema_editor):
    apps.get_model("receivables", "Account").objects.filter(role="advance").delete()


class Migration(migrations.Migration):
    """The role, then its accounts."""

    dependencies = [("receivables", "0004_allocation_day"), ("invoicing", "0006_parts")]

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
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.RunPython(_add, _drop),
    ]
