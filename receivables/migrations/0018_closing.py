"""Periods by area, soft and hard; reopening by two people; proofs and checks of a closing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    """Columns with defaults; the rules beside them replace those of the whole books."""

    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0017_bank_file_matching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="booksclosing",
            name="area",
            field=models.CharField(
                choices=[
                    ("all", "all areas"),
                    ("invoicing", "invoices"),
                    ("bank", "bank"),
                    ("receivables", "matching and adjustments"),
                ],
                default="all",
                max_length=12,
                verbose_name="area",
            ),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="checks",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="strength",
            field=models.CharField(
                choices=[
                    ("soft", "soft: only with the right and a reason"),
                    ("hard", "hard: nobody"),
                ],
                default="hard",
                max_length=4,
                verbose_name="closing",
            ),
        ),
        migrations.CreateModel(
            name="LatePosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("all", "all areas"),
                            ("invoicing", "invoices"),
                            ("bank", "bank"),
                            ("receivables", "matching and adjustments"),
                        ],
                        max_length=12,
                        verbose_name="area",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("posted_at", models.DateTimeField(auto_now_add=True)),
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
                    "posted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "late posting",
                "verbose_name_plural": "late postings",
            },
        ),
        migrations.CreateModel(
            name="ProofRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("ended_at", models.DateTimeField(auto_now_add=True, verbose_name="ended")),
                ("check_count", models.PositiveSmallIntegerField(verbose_name="checks")),
                ("breaches", models.JSONField(default=list)),
                ("proved_by_name", models.CharField(max_length=120, verbose_name="by")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "proof",
                "verbose_name_plural": "proofs",
                "get_latest_by": "id",
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("all", "all areas"),
                            ("invoicing", "invoices"),
                            ("bank", "bank"),
                            ("receivables", "matching and adjustments"),
                        ],
                        max_length=12,
                        verbose_name="area",
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[
                            ("soft", "soft: only with the right and a reason"),
                            ("hard", "hard: nobody"),
                        ],
                        max_length=4,
                        verbose_name="closing",
                    ),
                ),
                ("closed_until", models.DateField(verbose_name="closed until")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reopening",
                "verbose_name_plural": "reopenings",
            },
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="reopening",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closing",
                to="receivables.reopening",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area__in", ["all", "invoicing", "bank", "receivables"]),
                    ("strength__in", ["soft", "hard"]),
                ),
                name="closing_known_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateposting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area__in", ["all", "invoicing", "bank", "receivables"]),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="late_posting_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("company", "area", "strength"),
                name="reopening_one_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="reopening_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["approved", "rejected"]),
                    ),
                    _connector="OR",
                ),
                name="reopening_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area__in", ["all", "invoicing", "bank", "receivables"]),
                    ("strength__in", ["soft", "hard"]),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="reopening_known_words",
            ),
        ),
        rules_from(__file__),
    ]
