"""Double entry: accounts and entries whose lines balance.

The database refuses an entry that does not balance (deferred constraint trigger), a change to a
posted row, and a posting into a closed period (``closing``). Correction is a reversing entry.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from customers.models import Customer


class Account(CompanyScoped):
    """A general-ledger account; ``role`` tells posting rules which one to use."""

    class Role(models.TextChoices):
        """What the account is for."""

        RECEIVABLES = "receivables", _("trade receivables (control account)")
        BANK = "bank", _("bank")
        CLEARING = "clearing", _("receipts not yet identified")
        REVENUE = "revenue", _("revenue")
        ADVANCE = "advance", _("advance payments received")
        VAT = "vat", _("output VAT")
        DISCOUNT = "discount", _("discounts granted")
        BANK_CHARGES = "bank_charges", _("bank charges")
        WRITE_OFF = "write_off", _("write-offs")
        ROUNDING = "rounding", _("rounding differences")
        OPENING = "opening", _("opening balances of receivables")
        EXCHANGE_GAIN = "exchange_gain", _("exchange gains")
        EXCHANGE_LOSS = "exchange_loss", _("exchange losses")
        VALUATION = "valuation", _("valuation of receivables in foreign currency")
        VALUATION_GAIN = "valuation_gain", _("unrealised exchange gains")
        VALUATION_LOSS = "valuation_loss", _("unrealised exchange losses")
        PROVISION = "provision", _("flat-rate provision for receivables")
        PROVISION_EXPENSE = "provision_expense", _("expense of the flat-rate provision")
        PROVIDER = "provider", _("payment provider (clearing)")
        PROVIDER_FEE = "provider_fee", _("fees of the payment provider")
        CASH = "cash", _("cash in hand")
        CHEQUES = "cheques", _("cheques in hand")
        TRANSIT = "transit", _("money in transit to the bank")
        PAYABLES = "payables", _("payables, set off")
        REFUNDS = "refunds", _("refunds on their way")
        INTEREST = "interest", _("interest on late payment")
        DAMAGES = "damages", _("damages: fees passed on, flat sums")

    number = models.CharField(_("number"), max_length=12)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    vat_category = models.CharField(max_length=2, blank=True)
    vat_rate = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True)

    objects = ScopedQuerySet["Account"].as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="account_number"),
            models.UniqueConstraint(
                fields=["company", "role", "vat_category", "vat_rate"],
                condition=~Q(role="bank"),
                nulls_distinct=False,
                name="account_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class JournalEntry(CompanyScoped):
    """A posting. ``source_key`` (``invoice:17``) makes booking the same thing twice impossible.

    ``exchange_of``: it books the difference of exchange of that allocation, nothing else.
    """

    number = models.CharField(_("number"), max_length=20, blank=True)
    posted_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    text = models.CharField(_("text"), max_length=200)
    source_key = models.CharField(max_length=100)
    document_number = models.CharField(_("document"), max_length=40, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    exchange_of = models.ForeignKey(
        "receivables.Allocation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="exchange_entries",
    )

    objects = ScopedQuerySet["JournalEntry"].as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["company", "posted_on", "id"], name="journal_posted_on")]
        constraints = [
            models.UniqueConstraint(fields=["company", "source_key"], name="journal_source_once"),
            models.UniqueConstraint(
                fields=["exchange_of"],
                condition=Q(exchange_of__isnull=False),
                name="journal_exchange_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posted_on} {self.text}"

    def get_absolute_url(self) -> str:
        """The entry's page."""
        return page_of("receivables:journal_entry", self.pk)


class JournalLine(models.Model):
    """Debit or credit on an account, in the company's currency (``amount``: debit > 0)."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    currency_amount = models.DecimalField(max_digits=18, decimal_places=2)
    tax_base_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        indexes = [
            models.Index(fields=["account", "id"], name="journal_line_account"),
            models.Index(
                fields=["customer", "id"],
                name="journal_line_customer",
                condition=Q(customer__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="journal_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount}"

    @property
    def credit_amount(self) -> Decimal:
        """The amount as it stands in the credit column."""
        return -self.amount
