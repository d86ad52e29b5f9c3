"""Receipts, deposit slips and nettings have numbers: series for each company that is there."""

from django.db import migrations, models

KINDS = [
    ("customer", "customers"),
    ("order", "orders"),
    ("shipment", "shipments"),
    ("invoice", "invoices"),
    ("credit_note", "credit notes"),
    ("subscription", "subscriptions"),
    ("dunning_run", "dunning runs"),
    ("journal", "journal entries"),
    ("receipt", "receipts of cash and cheques"),
    ("deposit", "deposit slips"),
    ("netting", "nettings"),
]
NEW = {"receipt": ("RC-", 6), "deposit": ("DS-", 5), "netting": ("NET-", 5)}


def add_series(apps, schema_editor):
    """Give every company the series it lacks."""
    companies, series = apps.get_model("core", "Company"), apps.get_model("core", "NumberSeries")
    rows = [
        series(company=company, kind=kind, prefix=prefix, digits=digits)
        for company in companies.objects.all()
        for kind, (prefix, digits) in NEW.items()
    ]
    series.objects.bulk_create(rows, ignore_conflicts=True)


def drop_series(apps, schema_editor):
    """Take them away again: nothing else is numbered by them."""
    apps.get_model("core", "NumberSeries").objects.filter(kind__in=NEW).delete()


class Migration(migrations.Migration):
    """Words in a list of choices, and rows."""

    dependencies = [("core", "0014_api_tokens")]

    operations = [
        migrations.AlterField(
            model_name="numberseries",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="kind"),
        ),
        migrations.RunPython(add_series, drop_series),
    ]
