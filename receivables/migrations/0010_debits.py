"""Direct debit runs and their debits."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0009_mandate_rules"),
        ("receivables", "0009_chart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DebitRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scheme",
                    models.CharField(
                        choices=[("CORE", "Core"), ("B2B", "B2B")],
                        max_length=4,
                        verbose_name="scheme",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("pain.008.001.08", "pain.008.001.08"),
                            ("pain.008.001.02", "pain.008.001.02"),
                        ],
                        max_length=20,
                        verbose_name="format",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed")),
                ("collect_on", models.DateField(verbose_name="collected on")),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(verbose_name="days announced ahead"),
                ),
                ("announced_on", models.DateField(blank=True, null=True, verbose_name="announced")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("discarded", "discarded"),
                        ],
                        default="proposed",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("left_out", models.JSONField(default=list, verbose_name="left out, and why")),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("proposed_by_name", models.CharField(max_length=120, verbose_name="proposed by")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.bankaccount",
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
                (
                    "proposed_by",
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
                "verbose_name": "direct debit run",
                "verbose_name_plural": "direct debit runs",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Debit",
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
                (
                    "sequence",
                    models.CharField(
                        choices=[("FRST", "first"), ("RCUR", "recurrent")],
                        max_length=4,
                        verbose_name="sequence",
                    ),
                ),
                ("end_to_end_id", models.CharField(max_length=35)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("sent", "at the bank"),
                            ("collected", "collected"),
                            ("returned", "returned"),
                            ("dropped", "not collected"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
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
                        related_name="debits",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="customers.mandate",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.outboundmessage",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="receivables.debitrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "direct debit",
                "verbose_name_plural": "direct debits",
            },
        ),
        migrations.AddConstraint(
            model_name="debitrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("company", "scheme"),
                name="debit_one_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    ("proposed_by", None),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="debit_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "discarded"]),
                    models.Q(
                        ("announced_on__isnull", False),
                        ("approved_by__isnull", False),
                        ("document__isnull", False),
                        ("state", "approved"),
                    ),
                    _connector="OR",
                ),
                name="debit_sent_only_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("format__in", ["pain.008.001.08", "pain.008.001.02"]),
                    ("notice_days__gte", 1),
                    ("scheme__in", ["CORE", "B2B"]),
                ),
                name="debit_known_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.UniqueConstraint(
                fields=("company", "end_to_end_id"), name="debit_end_to_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "sent"])),
                fields=("item",),
                name="debit_item_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("sequence__in", ["FRST", "RCUR"]),
                    ("state__in", ["proposed", "sent", "collected", "returned", "dropped"]),
                ),
                name="debit_facts",
            ),
        ),
    ]
