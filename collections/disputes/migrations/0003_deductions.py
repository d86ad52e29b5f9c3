"""A dispute may be a deduction: opened by a payment that was short."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """Columns, constraints and what stays."""

    dependencies = [
        ("core", "0013_direct_debit"),
        ("disputes", "0002_rules"),
        ("receivables", "0029_write_offs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="dispute",
            name="dispute_resolved_with_answer",
        ),
        migrations.AddField(
            model_name="dispute",
            name="evidence",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="dispute",
            name="match",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="receivables.bankmatch",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="source",
            field=models.CharField(
                choices=[("person", "opened by hand"), ("payment", "short payment")],
                default="person",
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="sureness",
            field=models.CharField(
                blank=True,
                choices=[
                    ("both", "amount and words agree"),
                    ("amount", "the amount fits"),
                    ("words", "only the words say so"),
                    ("", "nothing tells it"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="write_off",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispute",
                to="receivables.writeoff",
            ),
        ),
        migrations.AlterField(
            model_name="dispute",
            name="reason",
            field=models.CharField(
                choices=[
                    ("price", "price"),
                    ("quantity", "quantity"),
                    ("quality", "quality"),
                    ("delivery", "not or late delivered"),
                    ("invoice", "invoice wrong"),
                    ("other", "other"),
                    ("discount", "discount taken late or without agreement"),
                    ("freight", "freight and charges"),
                    ("unknown", "reason unknown"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
        migrations.AlterField(
            model_name="dispute",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("open", "open"),
                    ("accepted", "accepted"),
                    ("rejected", "rejected"),
                    ("paid", "paid"),
                    ("undone", "payment undone"),
                ],
                default="open",
                max_length=50,
                protected=True,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "payment")),
                fields=("item", "match"),
                name="dispute_once_per_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source", "person"),
                    models.Q(("match__isnull", False), ("source", "payment")),
                    _connector="OR",
                ),
                name="dispute_of_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_on", None), ("state", "open")),
                    models.Q(("resolved_on__isnull", False), ("state__in", ["paid", "undone"])),
                    models.Q(
                        ("resolved_on__isnull", False),
                        ("state__in", ["accepted", "rejected"]),
                        models.Q(("resolution", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="dispute_resolved_with_answer",
            ),
        ),
        rules_from(__file__),
    ]
