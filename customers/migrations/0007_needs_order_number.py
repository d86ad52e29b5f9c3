"""Customers who need their order number on each invoice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_invoice_wishes"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="is_po_number_required",
            field=models.BooleanField(default=False, verbose_name="needs an order number"),
        ),
    ]
