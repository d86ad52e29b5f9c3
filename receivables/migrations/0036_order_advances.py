"""Payments bound to orders; signs of payment habits."""

import django.db.models.deletion
from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0014_api_tokens"),
        ("customers", "0001_squashed_0009_mandate_rules"),
        ("orders", "0009_reference_keys"),
        ("receivables", "0035_claims"),
    ]

    operations = [
        migrations.CreateModel(
            name="HabitSign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("late", "takes the discount late"),
                            ("statement", "pays all that is due up to a day"),
                            ("selected", "picks among what is due"),
                            ("ends", "writes our numbers without their beginning"),
                            ("begins", "leaves the last digit of our numbers out"),
                        ],
                        max_length=10,
                        verbose_name="habit",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=0, verbose_name="days late")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                (
                    "forgotten_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="forgotten"),
                ),
                ("forgotten_by_name", models.CharField(blank=True, max_length=120)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="habit_signs",
                        to="customers.customer",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="habit_signs",
                        to="receivables.bankmatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign of a payment habit",
                "verbose_name_plural": "signs of payment habits",
                "indexes": [
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["customer", "kind"],
                        name="habit_sign",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("match", "customer", "kind"), name="habit_sign_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days__gt", 0), ("kind", "late")),
                            models.Q(models.Q(("kind", "late"), _negated=True), ("days", 0)),
                            _connector="OR",
                        ),
                        name="habit_sign_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("forgotten_at", None), ("forgotten_by_name", "")),
                            models.Q(
                                ("forgotten_at__isnull", False),
                                models.Q(("forgotten_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="habit_sign_forgotten",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderAdvance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bound_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ("bound_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("freed_at", models.DateTimeField(blank=True, null=True, verbose_name="freed")),
                ("freed_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "freed_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("undone", "the match was undone"),
                            ("taken_back", "what it paid was taken back"),
                            ("cancelled", "the order was cancelled"),
                            ("billed", "the order is invoiced in full"),
                            ("by_hand", "a person freed it"),
                        ],
                        max_length=10,
                    ),
                ),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "advance payment",
                "verbose_name_plural": "advance payments",
                "indexes": [
                    models.Index(
                        condition=models.Q(("freed_at", None)),
                        fields=["order"],
                        name="advance_order",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("freed_at", None)),
                        fields=("item",),
                        name="advance_for_one_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("freed_at", None), ("freed_because", ""), ("freed_by_name", "")
                            ),
                            models.Q(
                                ("freed_at__isnull", False),
                                models.Q(("freed_by_name", ""), _negated=True),
                                models.Q(("freed_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="advance_freed",
                    ),
                ],
            },
        ),
        rules_from(__file__),
    ]
