import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_subscription_series"),
        ("invoicing", "0015_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoicefile",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storeddocument",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicefile",
            constraint=models.UniqueConstraint(
                fields=("invoice", "document"), name="invoice_file_once"
            ),
        ),
    ]
