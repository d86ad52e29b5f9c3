"""Refunds by bank transfer: proposals, payment runs, what stays of them, and their account."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from

_ROWS = {
    "SKR03": ("1362", "Geldtransit Rückzahlungen an Kunden"),
    "SKR04": ("1462", "Geldtransit Rückzahlungen an Kunden"),
    "BAS": ("2499", "Återbetalningar till kunder på väg"),
}


def _add_accounts(apps, schema_editor):
    """For companies that have a chart; a number used otherwise is left to the company."""
    account = apps.get_model("receivables", "Account")
    setting = apps.get_model("receivables", "BooksSetting")
    chosen = dict(setting.objects.values_list("company_id", "chart"))
    known = account.objects.values_list("company_id", "company__country").distinct()
    rows = []
    for company_id, country in known.order_by():
        chart = chosen.get(company_id) or ("BAS" if country == "SE" else "SKR03")
        number, name = _ROWS[chart]
        rows.append(account(company_id=company_id, number=number, name=name, role="refunds"))
    account.objects.bulk_create(rows, ignore_conflicts=True)


def _drop_accounts(apps, schema_editor):
    apps.get_model("receivables", "Account").objects.filter(role="refunds").delete()


class Migration(migrations.Migration):
    """Tables, rules, and an account for companies that have a chart."""

    dependencies = [
        ("core", "0014_api_tokens"),
        ("receivables", "0032_told_amounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="account",
            name="role",
            field=models.CharField(
                choices=[
                    ("receivables", "trade receivables (control account)"),
                    ("bank", "bank"),
                    ("clearing", "receipts not yet identified"),
                    ("revenue", "revenue"),
                    ("advance", "advance payments received"),
                    ("vat", "output VAT"),
                    ("discount", "discounts granted"),
                    ("bank_charges", "bank charges"),
                    ("write_off", "write-offs"),
                    ("rounding", "rounding differences"),
                    ("opening", "opening balances of receivables"),
                    ("exchange_gain", "exchange gains"),
                    ("exchange_loss", "exchange losses"),
                    ("valuation", "valuation of receivables in foreign currency"),
                    ("valuation_gain", "unrealised exchange gains"),
                    ("valuation_loss", "unrealised exchange losses"),
                    ("provision", "flat-rate provision for receivables"),
                    ("provision_expense", "expense of the flat-rate provision"),
                    ("provider", "payment provider (clearing)"),
                    ("provider_fee", "fees of the payment provider"),
                    ("refunds", "refunds on their way"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
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
                    ("refund", "refund"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="RefundRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("pain.001.001.09", "pain.001.001.09"),
                            ("pain.001.001.03", "pain.001.001.03"),
                        ],
                        max_length=20,
                        verbose_name="format",
                    ),
                ),
                ("execute_on", models.DateField(verbose_name="executed on")),
                ("made_by_name", models.CharField(max_length=120, verbose_name="made by")),
                ("made_on", models.DateField(verbose_name="made")),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.storeddocument",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "payment run",
                "verbose_name_plural": "payment runs",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="BankRefund",
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
                ("worth_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("duplicate", "paid twice"),
                            ("old", "credit left over"),
                            ("asked", "asked for"),
                        ],
                        max_length=10,
                        verbose_name="why",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "holder",
                    models.CharField(blank=True, max_length=140, verbose_name="account holder"),
                ),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "account_source",
                    models.CharField(
                        choices=[
                            ("payer", "the money came from it"),
                            ("person", "given by a person"),
                            ("none", "not known"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="account",
                    ),
                ),
                (
                    "account_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="reason for this account"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposed", "waits for approval"),
                            ("approved", "approved"),
                            ("sent", "at the bank"),
                            ("paid", "paid out"),
                            ("returned", "came back"),
                            ("refused", "refused"),
                        ],
                        default="proposed",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("proposed_by_name", models.CharField(max_length=120, verbose_name="proposed by")),
                ("proposed_on", models.DateField(verbose_name="proposed")),
                (
                    "decided_by_name",
                    models.CharField(blank=True, max_length=120, verbose_name="decided by"),
                ),
                ("decided_on", models.DateField(null=True, verbose_name="decided")),
                ("returned_on", models.DateField(null=True, verbose_name="came back")),
                (
                    "return_reason",
                    models.CharField(
                        blank=True, max_length=140, verbose_name="reason of the return"
                    ),
                ),
                (
                    "account_by",
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
                    "debit_item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_made",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_refunds",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="receivables.bankmatch",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "return_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.bankentry",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="receivables.refundrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund by transfer",
                "verbose_name_plural": "refunds by transfer",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="AccountPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("refund_after_days", models.PositiveSmallIntegerField(null=True)),
                ("is_duplicate_refunded", models.BooleanField(default=True)),
                ("set_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("set_at", models.DateTimeField(auto_now=True)),
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
                "verbose_name": "rules of customers' accounts",
                "verbose_name_plural": "rules of customers' accounts",
                "constraints": [
                    models.UniqueConstraint(fields=("company",), name="account_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refund_after_days", None),
                            ("refund_after_days__gte", 1),
                            _connector="OR",
                        ),
                        name="account_policy_days",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="refundrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("execute_on__gte", models.F("made_on")),
                    ("format__in", ["pain.001.001.09", "pain.001.001.03"]),
                ),
                name="refund_run_words",
            ),
        ),
        migrations.AddIndex(
            model_name="bankrefund",
            index=models.Index(fields=["company", "state", "-id"], name="refund_state"),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "approved", "sent"])),
                fields=("item",),
                name="refund_item_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("cause__in", ["duplicate", "old", "asked"]),
                    ("worth_amount__gte", 0),
                ),
                name="refund_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account_by", None), ("account_source", "none"), ("iban", "")),
                    models.Q(
                        ("account_by", None),
                        ("account_source", "payer"),
                        ("iban__regex", "^[A-Z]{2}[0-9]{2}"),
                    ),
                    models.Q(
                        ("account_by__isnull", False),
                        ("account_source", "person"),
                        ("iban__regex", "^[A-Z]{2}[0-9]{2}"),
                        models.Q(("account_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="refund_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("debit_item", None),
                        ("decided_on", None),
                        ("run", None),
                        ("state", "proposed"),
                    ),
                    models.Q(("match", None), ("run", None), ("state", "refused")),
                    models.Q(
                        ("debit_item__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["approved", "sent", "paid", "returned"]),
                        models.Q(("iban", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="refund_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "refused"]),
                    models.Q(
                        models.Q(
                            ("proposed_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("account_by", None),
                            models.Q(("decided_by", models.F("account_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="refund_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("match", None), ("state__in", ["proposed", "approved", "refused"])),
                    models.Q(("match", None), ("run__isnull", False), ("state", "sent")),
                    models.Q(("match__isnull", False), ("run__isnull", False), ("state", "paid")),
                    models.Q(
                        ("returned_on__isnull", False),
                        ("run__isnull", False),
                        ("state", "returned"),
                    ),
                    _connector="OR",
                ),
                name="refund_outcome",
            ),
        ),
        migrations.RunPython(_add_accounts, _drop_accounts),
        rules_from(__file__),
    ]
