"""Cash, cheques, deposit slips and nettings; their accounts for companies that have a chart."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.sql import rules_from

_ROWS = {
    "SKR03": {
        "cash": ("1000", "Kasse"),
        "cheques": ("1330", "Schecks"),
        "transit": ("1360", "Geldtransit"),
        "payables": ("1610", "Verbindlichkeiten aus L. u. L.: aufgerechnet"),
    },
    "SKR04": {
        "cash": ("1600", "Kasse"),
        "cheques": ("1550", "Schecks"),
        "transit": ("1460", "Geldtransit"),
        "payables": ("3310", "Verbindlichkeiten aus L. u. L.: aufgerechnet"),
    },
    "BAS": {
        "cash": ("1910", "Kassa"),
        "cheques": ("1919", "Checkar"),
        "transit": ("1999", "Pengar på väg till banken"),
        "payables": ("2441", "Leverantörsskulder, kvittade"),
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
    """Tables, what of them stays, and accounts for companies that have a chart."""

    dependencies = [
        ("core", "0015_hand_series"),
        ("customers", "0009_mandate_rules"),
        ("receivables", "0033_bank_refunds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CashLimits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "limit_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        verbose_name="most taken in cash from a customer in a day",
                    ),
                ),
                (
                    "identify_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        verbose_name="who pays is identified from",
                    ),
                ),
            ],
            options={
                "verbose_name": "limits of cash",
                "verbose_name_plural": "limits of cash",
            },
        ),
        migrations.CreateModel(
            name="DepositSlip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=18, verbose_name="amount"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("open", "open"),
                            ("handed_in", "handed in"),
                            ("credited", "credited"),
                        ],
                        default="open",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened")),
                ("opened_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("handed_in_on", models.DateField(null=True, verbose_name="handed in")),
                ("handed_in_by_name", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "verbose_name": "deposit slip",
                "verbose_name_plural": "deposit slips",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Netting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "ours_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="our items"),
                ),
                (
                    "theirs_amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=18, verbose_name="their documents"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="set off"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposed", "to approve"),
                            ("booked", "booked"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
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
            ],
            options={
                "verbose_name": "netting",
                "verbose_name_plural": "nettings",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="NettingDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("number_key", models.CharField(max_length=40)),
                ("document_on", models.DateField(verbose_name="date")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("is_live", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "supplier's document",
                "verbose_name_plural": "supplier's documents",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="NettingItem",
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
                ("is_waiting", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "item of a netting",
                "verbose_name_plural": "items of nettings",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("cash", "cash"), ("cheque", "cheque")],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("received_on", models.DateField(verbose_name="received")),
                (
                    "cheque_number",
                    models.CharField(blank=True, max_length=30, verbose_name="cheque number"),
                ),
                (
                    "drawer_bank",
                    models.CharField(blank=True, max_length=80, verbose_name="drawer's bank"),
                ),
                (
                    "identification",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="who paid, identified by"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("held", "in hand"),
                            ("banked", "at the bank"),
                            ("bounced", "bounced"),
                            ("cancelled", "cancelled"),
                        ],
                        default="held",
                        max_length=50,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("taken_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("taken_at", models.DateTimeField(auto_now_add=True, verbose_name="entered")),
                ("bounced_on", models.DateField(null=True, verbose_name="bounced")),
                (
                    "bounce_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason"),
                ),
                (
                    "fee_amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=18, verbose_name="bank's fee"
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
                "ordering": ["-id"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="kind",
            field=models.CharField(
                choices=[("bank", "bank"), ("cash", "cash"), ("cheque", "cheques")],
                default="bank",
                max_length=6,
                verbose_name="kind",
            ),
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
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="bankentry",
            name="statement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="receivables.bankstatement",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "bank"),
                    models.Q(("is_active", False), ("kind__in", ["cash", "cheque"])),
                    _connector="OR",
                ),
                name="bank_account_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("statement__isnull", False),
                    ("identity_key__startswith", "hand:"),
                    _connector="OR",
                ),
                name="bank_entry_told",
            ),
        ),
        migrations.AddField(
            model_name="cashlimits",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="depositslip",
            name="bank_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deposits",
                to="receivables.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="depositslip",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="depositslip",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="depositslip",
            name="entry",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receivables.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="depositslip",
            name="match",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deposit_slip",
                to="receivables.bankmatch",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="credit_item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="netting",
                to="receivables.openitem",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nettings",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="entry",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receivables.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="netting",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="nettingdocument",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="nettingdocument",
            name="netting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="receivables.netting",
            ),
        ),
        migrations.AddField(
            model_name="nettingitem",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="netted_by",
                to="receivables.openitem",
            ),
        ),
        migrations.AddField(
            model_name="nettingitem",
            name="netting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="receivables.netting",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="bank_entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipt",
                to="receivables.bankentry",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="bounce_entry",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bounced_receipt",
                to="receivables.bankentry",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="bounce_match",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bounced_receipts",
                to="receivables.bankmatch",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="slip",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="receivables.depositslip",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashlimits",
            constraint=models.UniqueConstraint(fields=("company",), name="cash_limits_once"),
        ),
        migrations.AddConstraint(
            model_name="cashlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_amount", None), ("limit_amount__gt", 0), _connector="OR"),
                    models.Q(
                        ("identify_amount", None), ("identify_amount__gt", 0), _connector="OR"
                    ),
                ),
                name="cash_limits_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="depositslip",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="deposit_number"),
        ),
        migrations.AddConstraint(
            model_name="depositslip",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("bank_account",),
                name="deposit_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="depositslip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("entry", None), ("handed_in_on", None), ("match", None), ("state", "open")
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("entry__isnull", False),
                        ("match", None),
                        ("state", "handed_in"),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("entry__isnull", False),
                        ("match__isnull", False),
                        ("state", "credited"),
                    ),
                    _connector="OR",
                ),
                name="deposit_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="depositslip",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="deposit_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="netting",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="netting_number"),
        ),
        migrations.AddConstraint(
            model_name="netting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("amount__lte", models.F("ours_amount")),
                    ("amount__lte", models.F("theirs_amount")),
                    models.Q(
                        ("amount", models.F("ours_amount")),
                        ("amount", models.F("theirs_amount")),
                        _connector="OR",
                    ),
                ),
                name="netting_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="netting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("entry", None), ("state", "proposed")),
                    models.Q(("decided_on__isnull", False), ("entry", None), ("state", "refused")),
                    models.Q(
                        ("credit_item__isnull", False),
                        ("decided_on__isnull", False),
                        ("entry__isnull", False),
                        ("state__in", ["booked", "taken_back"]),
                    ),
                    _connector="OR",
                ),
                name="netting_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="netting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "refused"]),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="netting_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingdocument",
            constraint=models.UniqueConstraint(
                fields=("netting", "position"), name="netting_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingdocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_live", True)),
                fields=("customer", "number_key"),
                name="netting_document_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), models.Q(("number_key", ""), _negated=True)),
                name="netting_document_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingitem",
            constraint=models.UniqueConstraint(
                fields=("netting", "item"), name="netting_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_waiting", True)),
                fields=("item",),
                name="netting_item_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="nettingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="netting_item_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("slip", None), ("state", "held")),
                fields=["company"],
                name="receipt_in_hand",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("company", "number"), name="receipt_number"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                models.F("company"),
                django.db.models.functions.text.Lower("drawer_bank"),
                django.db.models.functions.text.Lower("cheque_number"),
                condition=models.Q(
                    ("kind", "cheque"), models.Q(("state", "cancelled"), _negated=True)
                ),
                name="receipt_cheque_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="receipt_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cheque_number", ""), ("drawer_bank", ""), ("kind", "cash")),
                    models.Q(
                        ("kind", "cheque"),
                        models.Q(("cheque_number", ""), _negated=True),
                        models.Q(("drawer_bank", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="receipt_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bounced_on", None), ("state", "held")),
                    models.Q(("bounced_on", None), ("slip__isnull", False), ("state", "banked")),
                    models.Q(
                        ("bounce_entry__isnull", False),
                        ("bounced_on__isnull", False),
                        ("fee_amount__gte", 0),
                        ("kind", "cheque"),
                        ("state", "bounced"),
                    ),
                    models.Q(("bounced_on", None), ("slip", None), ("state", "cancelled")),
                    _connector="OR",
                ),
                name="receipt_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "bounced"),
                    models.Q(("bounce_entry", None), ("bounce_match", None), ("fee_amount", 0)),
                    _connector="OR",
                ),
                name="receipt_bounce",
            ),
        ),
        rules_from(__file__),
        migrations.RunPython(_add_accounts, _drop_accounts),
    ]
