"""Deliveries in SQL: what is sent stays, a mail's delivery follows it, nothing is silent."""

from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file, then what holds once old rows are filled in."""

    dependencies = [("invoicing", "0007_deliver"), ("core", "0006_follows")]

    operations = [
        rules_from(__file__),
        migrations.AlterField(
            model_name="invoicedelivery",
            name="idempotency_key",
            field=models.CharField(max_length=64, unique=True),
        ),
        migrations.AddConstraint(
            model_name="invoicedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(closed_at__isnull=False) | models.Q(timeout_at__isnull=False),
                name="delivery_never_silent",
            ),
        ),
    ]
