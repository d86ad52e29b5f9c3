"""Subscriptions have numbers: a series for each company that is there."""

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
]


def add_series(apps, schema_editor):
    """Give every company the series it lacks."""
    companies, series = apps.get_model("core", "Company"), apps.get_model("core", "NumberSeries")
    rows = [
        series(company=company, kind="subscription", prefix="SU-", digits=5)
        for company in companies.objects.all()
    ]
    series.objects.bulk_create(rows, ignore_conflicts=True)


def drop_series(apps, schema_editor):
    """Take them away again: nothing else is numbered by them."""
    apps.get_model("core", "NumberSeries").objects.filter(kind="subscription").delete()


class Migration(migrations.Migration):
    """A word in a list of choices, and rows."""

    dependencies = [("core", "0011_link_rules")]

    operations = [
        migrations.AlterField(
            model_name="numberseries",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="kind"),
        ),
        migrations.RunPython(add_series, drop_series),
    ]
