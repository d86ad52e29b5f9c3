"""Remittance advice and its lines."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0009_mandate_rules"),
        ("receivables", "0019_undone_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemittanceAdvice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="reference"),
                ),
                ("payer_name", models.CharField(blank=True, max_length=200, verbose_name="payer")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("is_complete", models.BooleanField(default=False, verbose_name="adds up")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for its payment"),
                            ("used", "used"),
                            ("dropped", "set aside"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("told_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("told_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advices",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advices",
                        to="receivables.bankmatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "remittance advice",
                "verbose_name_plural": "remittance advices",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AdviceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("told", models.CharField(max_length=80, verbose_name="document")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                (
                    "discount_amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=18, verbose_name="discount"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advice_lines",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "advice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="receivables.remittanceadvice",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an advice",
                "verbose_name_plural": "lines of advices",
                "ordering": ["position"],
            },
        ),
        migrations.AddIndex(
            model_name="remittanceadvice",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["company", "amount"],
                name="advice_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittanceadvice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "dropped"), _negated=True),
                fields=("company", "sha256", "reference"),
                name="advice_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittanceadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("match__isnull", False), ("state", "used")),
                    models.Q(("match", None), ("state__in", ["waiting", "dropped"])),
                    _connector="OR",
                ),
                name="advice_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="adviceline",
            constraint=models.UniqueConstraint(
                fields=("advice", "position"), name="advice_line_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="adviceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_amount__gte", 0)), name="advice_line_discount"
            ),
        ),
    ]
