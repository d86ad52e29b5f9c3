"""What is given up of items, and tolerances up to which that is done by itself."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """Tables and what of them stays."""

    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0028_matching_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

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
                    ("deduction", "deduction"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="TolerancePolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="holds from")),
                ("year_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                ("alone_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                ("part_rate", models.DecimalField(decimal_places=6, max_digits=7)),
                ("answer_days", models.PositiveSmallIntegerField()),
                ("set_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("set_at", models.DateTimeField(auto_now_add=True)),
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tolerances of deductions",
                "verbose_name_plural": "tolerances of deductions",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Tolerance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("discount", "discount taken late or without agreement"),
                            ("freight", "freight and charges"),
                            ("price", "price"),
                            ("quantity", "quantity"),
                            ("quality", "quality"),
                            ("delivery", "not or late delivered"),
                            ("invoice", "invoice wrong"),
                            ("other", "other"),
                            ("unknown", "reason unknown"),
                            ("goodwill", "goodwill"),
                            ("insolvent", "customer insolvent"),
                            ("lost", "can't be collected"),
                            ("small", "not worth pursuing"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                ("rate", models.DecimalField(decimal_places=6, max_digits=7)),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tolerances",
                        to="receivables.tolerancepolicy",
                    ),
                ),
            ],
            options={
                "verbose_name": "tolerance",
                "verbose_name_plural": "tolerances",
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("worth_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                (
                    "limit_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("discount", "discount taken late or without agreement"),
                            ("freight", "freight and charges"),
                            ("price", "price"),
                            ("quantity", "quantity"),
                            ("quality", "quality"),
                            ("delivery", "not or late delivered"),
                            ("invoice", "invoice wrong"),
                            ("other", "other"),
                            ("unknown", "reason unknown"),
                            ("goodwill", "goodwill"),
                            ("insolvent", "customer insolvent"),
                            ("lost", "can't be collected"),
                            ("small", "not worth pursuing"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why")),
                ("is_automatic", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for approval"),
                            ("booked", "booked"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_by_name", models.CharField(max_length=120, verbose_name="asked by")),
                ("asked_on", models.DateField(verbose_name="asked")),
                (
                    "decided_by_name",
                    models.CharField(blank=True, max_length=120, verbose_name="decided by"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_off",
                        to="receivables.journalentry",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_offs",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_offs",
                        to="receivables.bankmatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "write-off",
                "verbose_name_plural": "write-offs",
                "ordering": ["-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="tolerancepolicy",
            constraint=models.UniqueConstraint(
                fields=("company", "valid_from"), name="tolerance_policy_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tolerancepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alone_amount__gte", 0),
                    ("part_rate__gte", 0),
                    ("part_rate__lte", 1),
                    ("year_amount__gte", 0),
                ),
                name="tolerance_policy_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="tolerance",
            constraint=models.UniqueConstraint(
                fields=("policy", "reason"), name="tolerance_reason_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tolerance",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("rate__gte", 0), ("rate__lte", 1)),
                name="tolerance_amounts",
            ),
        ),
        migrations.AddIndex(
            model_name="writeoff",
            index=models.Index(fields=["company", "state", "-id"], name="write_off_state"),
        ),
        migrations.AddIndex(
            model_name="writeoff",
            index=models.Index(
                condition=models.Q(("is_automatic", True), ("state", "booked")),
                fields=["company", "decided_on"],
                include=("item", "worth_amount"),
                name="write_off_automatic",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("item",),
                name="write_off_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("limit_amount__gte", 0), ("worth_amount__gte", 0)
                ),
                name="write_off_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("entry", None), ("state", "asked")),
                    models.Q(("decided_on__isnull", False), ("entry", None), ("state", "refused")),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("entry__isnull", False),
                        ("state__in", ["booked", "taken_back"]),
                    ),
                    _connector="OR",
                ),
                name="write_off_booked_by_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_automatic", True),
                    models.Q(("state__in", ["booked", "taken_back"]), _negated=True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ("worth_amount__lte", models.F("limit_amount")),
                    _connector="OR",
                ),
                name="write_off_four_eyes",
            ),
        ),
        rules_from(__file__),
    ]
