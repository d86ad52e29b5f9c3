"""Drafts take the terms of their order; issued documents carry theirs in words and instalments."""

from django.db import migrations


class Migration(migrations.Migration):
    """Data, apart from the schema before it."""

    dependencies = [("invoicing", "0009_terms"), ("orders", "0004_charge_rules")]

    operations = [
        migrations.RunSQL(
            "UPDATE invoicing_invoice AS invoice SET payment_terms_id = o.payment_terms_id"
            "  FROM orders_order AS o WHERE o.id = invoice.order_id AND invoice.state = 'draft'",
            migrations.RunSQL.noop,
        ),
    ]
