"""What an item and a bank entry are worth in the books goes with their amount."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receivables", "0025_closings_kept")]

    operations = [
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("functional_amount", 0)),
                    models.Q(("amount__gt", 0), ("functional_amount__gt", 0)),
                    models.Q(("amount__lt", 0), ("functional_amount__lt", 0)),
                    _connector="OR",
                ),
                name="bank_entry_worth_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", models.F("functional_amount")), _negated=True),
                    ("outstanding_amount", models.F("outstanding_functional_amount")),
                    _connector="OR",
                ),
                name="item_at_par_stays_at_par",
            ),
        ),
    ]
