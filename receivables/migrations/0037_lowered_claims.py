"""Interest claims are lowered when a payment is told late."""

from decimal import Decimal

from django.db import migrations, models
from django.db.models import F, Q

from core.sql import rules_from


class Migration(migrations.Migration):
    dependencies = [("receivables", "0036_order_advances")]

    operations = [
        migrations.RemoveConstraint(model_name="claim", name="claim_amount"),
        migrations.AddField(
            model_name="claim",
            name="lowered_amount",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal(0),
                max_digits=18,
                verbose_name="lowered by",
            ),
        ),
        migrations.AddField(
            model_name="claim", name="reckoned_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(
                    amount__gt=0,
                    waived_amount__gte=0,
                    lowered_amount__gte=0,
                    waived_amount__lte=F("amount") - F("lowered_amount"),
                ),
                name="claim_amount",
            ),
        ),
        rules_from(__file__),
    ]
