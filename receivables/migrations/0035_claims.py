"""Claims beside the invoice: fees, interest, flat sums, base rates, and accounts for them."""

from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from

_ROWS = {
    "SKR03": {
        "interest": ("2650", "Sonstige Zinsen und ähnliche Erträge"),
        "damages": ("2742", "Versicherungsentschädigungen und Schadenersatzleistungen"),
    },
    "SKR04": {
        "interest": ("7100", "Sonstige Zinsen und ähnliche Erträge"),
        "damages": ("4970", "Versicherungsentschädigungen und Schadenersatzleistungen"),
    },
    "BAS": {
        "interest": ("8313", "Ränteintäkter från kortfristiga fordringar"),
        "damages": ("3999", "Övriga rörelseintäkter"),
    },
}


def _add_accounts(apps, schema_editor):
    """For companies that have a chart; a number used otherwise is left to the company."""
    account = apps.get_model("receivables", "Account")
    setting = apps.get_model("receivables", "BooksSetting")
    chosen = dict(setting.objects.values_list("company_id", "chart"))
    known = account.objects.values_list("company_id", "company__country").distinct()
    account.objects.bulk_create(
        [
            account(company_id=company_id, number=number, name=name, role=role)
            for company_id, country in known.order_by()
            for role, (number, name) in _ROWS[
                chosen.get(company_id) or ("BAS" if country == "SE" else "SKR03")
            ].items()
        ],
        ignore_conflicts=True,
    )


def _drop_accounts(apps, schema_editor):
    account = apps.get_model("receivables", "Account")
    account.objects.filter(role__in=_ROWS["BAS"]).delete()


class Migration(migrations.Migration):
    """Tables, rules, and accounts for companies that have a chart."""

    dependencies = [
        ("core", "0014_api_tokens"),
        ("receivables", "0034_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="accountpolicy",
            name="is_return_fee_passed_on",
            field=models.BooleanField(default=True),
        ),
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
                    ("cash", "cash in hand"),
                    ("cheques", "cheques in hand"),
                    ("transit", "money in transit to the bank"),
                    ("payables", "payables, set off"),
                    ("refunds", "refunds on their way"),
                    ("interest", "interest on late payment"),
                    ("damages", "damages: fees passed on, flat sums"),
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
                    ("fee", "fee of a return"),
                    ("interest", "interest"),
                    ("flat_sum", "flat sum"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="BaseRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="holds from")),
                ("rate", models.DecimalField(decimal_places=6, max_digits=7, verbose_name="rate")),
                ("entered_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
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
                "verbose_name": "base rate of interest",
                "verbose_name_plural": "base rates of interest",
                "ordering": ["-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "valid_from"), name="base_rate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate__gt", Decimal("-0.2")), ("rate__lt", Decimal("0.5"))
                        ),
                        name="base_rate_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
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
                            ("fee", "fee of a returned payment"),
                            ("interest", "interest on late payment"),
                            ("flat_sum", "flat sum for late payment"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("from_on", models.DateField(null=True, verbose_name="from")),
                ("until_on", models.DateField(null=True, verbose_name="until")),
                ("spans", models.JSONField(default=list)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("claimed", "claimed"), ("waived", "waived")],
                        default="claimed",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("claimed_on", models.DateField(verbose_name="claimed")),
                ("claimed_by_name", models.CharField(max_length=120, verbose_name="claimed by")),
                ("waived_on", models.DateField(null=True, verbose_name="waived")),
                (
                    "waived_by_name",
                    models.CharField(blank=True, max_length=120, verbose_name="waived by"),
                ),
                (
                    "waived_amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=18, verbose_name="waived"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why waived")),
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
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim",
                        to="receivables.journalentry",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim",
                        to="receivables.openitem",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="receivables.openitem",
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
                    "waived_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["company", "-id"], name="claim_company")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_on", None), ("kind", "fee")),
                            models.Q(
                                ("from_on__isnull", False),
                                ("kind", "interest"),
                                ("principal__isnull", False),
                                ("until_on__gte", models.F("from_on")),
                            ),
                            models.Q(
                                ("from_on", None),
                                ("kind", "flat_sum"),
                                ("principal__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claim_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            ("waived_amount__gte", 0),
                            ("waived_amount__lte", models.F("amount")),
                        ),
                        name="claim_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "claimed"), ("waived_amount", 0), ("waived_on", None)
                            ),
                            models.Q(
                                ("state", "waived"),
                                ("waived_on__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="claim_waived_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "flat_sum")),
                        fields=("principal",),
                        name="claim_flat_sum_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "fee"), ("state", "claimed")),
                        fields=("return_entry",),
                        name="claim_fee_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "interest")),
                        expressions=[
                            ("principal", "="),
                            (
                                models.Func(
                                    "from_on",
                                    "until_on",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_upper=True
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="claim_day_once",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunPython(_add_accounts, _drop_accounts),
        rules_from(__file__),
    ]
