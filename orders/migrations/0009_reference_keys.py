"""Orders are found by their number as a payer writes it."""

from django.db import migrations, models

import orders.models.keys


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_squashed_0008_policy_stays"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("company"),
                orders.models.keys.ReferenceKey("number"),
                condition=models.Q(
                    (
                        "state__in",
                        ("submitted", "on_hold", "released", "in_fulfilment", "completed"),
                    )
                ),
                name="order_number_key",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("company"),
                orders.models.keys.ReferenceKey("po_number"),
                condition=models.Q(
                    (
                        "state__in",
                        ("submitted", "on_hold", "released", "in_fulfilment", "completed"),
                    ),
                    models.Q(("po_number", ""), _negated=True),
                ),
                name="order_po_key",
            ),
        ),
    ]
