"""Terms stand on the invoice: one of many orders, or of none, has them too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The column; drafts are given theirs by the next."""

    dependencies = [
        ("customers", "0004_references"),
        ("invoicing", "0008_deliver_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="payment_terms",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.paymentterms",
                verbose_name="terms",
            ),
        ),
    ]
