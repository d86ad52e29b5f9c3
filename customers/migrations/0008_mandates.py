"""SEPA mandates."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0007_needs_order_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=35, verbose_name="mandate")),
                (
                    "scheme",
                    models.CharField(
                        choices=[("CORE", "Core"), ("B2B", "B2B")],
                        default="CORE",
                        max_length=4,
                        verbose_name="scheme",
                    ),
                ),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("holder", models.CharField(max_length=70, verbose_name="holder")),
                ("signed_on", models.DateField(verbose_name="signed")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "to be checked"),
                            ("active", "in use"),
                            ("suspended", "suspended"),
                            ("revoked", "revoked"),
                            ("expired", "expired"),
                        ],
                        default="draft",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="last used")),
                ("entered_by_name", models.CharField(max_length=120, verbose_name="entered by")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "activated_by",
                    models.ForeignKey(
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "SEPA mandate",
                "verbose_name_plural": "SEPA mandates",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "reference"), name="mandate_reference_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("customer",),
                        name="mandate_one_in_use",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scheme__in", ["CORE", "B2B"]),
                            ("state__in", ["draft", "active", "suspended", "revoked", "expired"]),
                        ),
                        name="mandate_known_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
                            (
                                "reference__regex",
                                "^[A-Za-z0-9+?:().,'-]([A-Za-z0-9+?/:().,' -]{0,34})$",
                            ),
                        ),
                        name="mandate_signs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            ("activated_by", None),
                            models.Q(("activated_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="mandate_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["active", "suspended"]), _negated=True),
                            ("activated_by__isnull", False),
                            _connector="OR",
                        ),
                        name="mandate_used_only_checked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["suspended", "revoked"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="mandate_ended_with_reason",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
    ]
