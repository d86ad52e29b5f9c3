"""A kind of item that sets a credit off beside a payment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only the choices change."""

    dependencies = [("receivables", "0006_opening")]

    operations = [
        migrations.AlterField(
            model_name="openitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invoice", "invoice"),
                    ("credit_note", "credit note"),
                    ("payment", "payment"),
                    ("discount", "discount"),
                    ("write_off", "write-off"),
                    ("charge", "charge"),
                    ("set_off", "set-off"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        )
    ]
