"""Credit notes that give deductions up, and credits in parts."""

from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("invoicing", "0005_billing_rules")]

    operations = [
        migrations.RemoveConstraint(model_name="invoice", name="invoice_deducts_deposits"),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("deposit_amount", 0))
                | models.Q(("deposit_amount__gt", 0), ("kind__in", ["invoice", "credit_note"])),
                name="invoice_deducts_deposits",
            ),
        ),
        rules_from(__file__),
    ]
