"""The account that opening items are booked against, for companies that have a chart already."""

from django.db import migrations, models

_ROWS = {
    "SE": ("2997", "OBS-konto: ingående kundfordringar"),
    "DE": ("9008", "Saldenvorträge Debitoren"),
}


def _add(apps, schema_editor):
    account = apps.get_model("receivables", "Account")
    known = account.objects.values_list("company_id", "company__country").distinct()
    rows = [
        (company_id, *_ROWS.get(country, _ROWS["DE"])) for company_id, country in known.order_by()
    ]
    account.objects.bulk_create(
        [
            account(company_id=company_id, number=number, name=name, role="opening")
            for company_id, number, name in rows
        ],
        ignore_conflicts=True,  # a company may use the number otherwise: it adds its own
    )


def _drop(apps, schema_editor):
    apps.get_model("receivables", "Account").objects.filter(role="opening").delete()


class Migration(migrations.Migration):
    """The role, then its account."""

    dependencies = [("receivables", "0005_advances")]

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
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.RunPython(_add, _drop),
    ]
