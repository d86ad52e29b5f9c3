"""The balance after each bank entry, by which an entry told again is told from its twin."""

from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """A column, what statements say of it, and that it stays."""

    dependencies = [("receivables", "0015_currencies")]

    operations = [
        migrations.AddField(
            model_name="bankentry",
            name="balance_amount",
            field=models.DecimalField(
                decimal_places=2, max_digits=18, null=True, verbose_name="balance after it"
            ),
        ),
        rules_from(__file__),
    ]
