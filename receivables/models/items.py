"""Open items and the allocations that join them.

An item is a debit (invoice instalment, amount > 0) or a credit (credit note, payment, discount,
amount < 0). An allocation joins one of each. ``outstanding_amount`` is kept by the database:
every inserted allocation changes both items, and a check keeps it between the amount and zero.
Functional amounts are what the item stands in the books for, in the company's currency; sums over
items are sums of those, since items of one company may be in several currencies.
Figures of a past day come from summing allocations up to that day.
"""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from customers.models import Customer
from invoicing.models import Invoice
from receivables.models.ledger import JournalEntry


class OpenItemQuerySet(ScopedQuerySet["OpenItem"]):
    """Reads on items."""

    def open(self) -> Self:
        """With something left."""
        return self.exclude(outstanding_amount=0)

    def debits(self) -> Self:
        """What customers owe."""
        return self.filter(amount__gt=0)

    def credits(self) -> Self:
        """What we owe customers: credit notes and unapplied cash."""
        return self.filter(amount__lt=0)

    def overdue(self, on: date) -> Self:
        """Debits whose due day has passed; the due day itself is not overdue."""
        return self.debits().open().filter(due_on__lt=on)


class OpenItem(CompanyScoped):
    """A claim on, or a credit of, a customer."""

    class Kind(models.TextChoices):
        """What it came from."""

        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")
        PAYMENT = "payment", _("payment")
        DISCOUNT = "discount", _("discount")
        WRITE_OFF = "write_off", _("write-off")
        CHARGE = "charge", _("charge")
        SET_OFF = "set_off", _("set-off")
        DEDUCTION = "deduction", _("deduction")
        REFUND = "refund", _("refund")
        FEE = "fee", _("fee of a return")
        INTEREST = "interest", _("interest")
        FLAT_SUM = "flat_sum", _("flat sum")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="open_items", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    document_number = models.CharField(_("document"), max_length=40)
    instalment = models.PositiveSmallIntegerField(default=1)
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="open_items"
    )
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="open_items")
    document_on = models.DateField(_("date"))
    due_on = models.DateField(_("due"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    functional_amount = models.DecimalField(max_digits=18, decimal_places=2)
    outstanding_amount = models.DecimalField(_("open"), max_digits=18, decimal_places=2)
    outstanding_functional_amount = models.DecimalField(max_digits=18, decimal_places=2)
    discount_amount = models.DecimalField(
        _("discount offered"), max_digits=18, decimal_places=2, default=0
    )
    discount_until = models.DateField(_("discount until"), null=True, blank=True)

    objects = OpenItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("open item")
        verbose_name_plural = _("open items")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["company", "due_on", "id"],
                name="item_open",
                condition=~Q(outstanding_amount=0),
                include=["customer", "currency", "amount", "outstanding_amount"],
            ),
            models.Index(
                fields=["customer", "due_on"],
                name="item_customer_open",
                condition=~Q(outstanding_amount=0),
            ),
            models.Index(fields=["company", "document_number"], name="item_document"),
            models.Index(fields=["invoice"], name="item_invoice"),
            models.Index(fields=["company", "document_on"], name="item_document_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "instalment"], name="item_once_per_entry"),
            models.CheckConstraint(condition=~Q(amount=0), name="item_amount"),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0, outstanding_amount__gte=0, outstanding_amount__lte=F("amount")
                )
                | Q(amount__lt=0, outstanding_amount__lte=0, outstanding_amount__gte=F("amount")),
                name="item_never_through_zero",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        amount__gt=0,
                        outstanding_functional_amount__gte=0,
                        outstanding_functional_amount__lte=F("functional_amount"),
                    )
                    | Q(
                        amount__lt=0,
                        outstanding_functional_amount__lte=0,
                        outstanding_functional_amount__gte=F("functional_amount"),
                    )
                )
                & (~Q(outstanding_amount=0) | Q(outstanding_functional_amount=0)),
                name="item_zero_in_both_currencies",
            ),
            models.CheckConstraint(
                condition=~Q(amount=F("functional_amount"))
                | Q(outstanding_amount=F("outstanding_functional_amount")),
                name="item_at_par_stays_at_par",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.outstanding_amount} {self.currency}"

    def get_absolute_url(self) -> str:
        """The item's page."""
        return page_of("receivables:item", self.pk)


class ItemReference(models.Model):
    """A whole token that names an item: what a payer may write; indexed for the matcher."""

    item = models.ForeignKey(OpenItem, on_delete=models.CASCADE, related_name="references")
    company_id = models.BigIntegerField()
    token = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["company_id", "token"], name="item_reference_token")]
        constraints = [
            models.UniqueConstraint(fields=["item", "token"], name="item_reference_once"),
        ]

    def __str__(self) -> str:
        return self.token


class AllocationQuerySet(ScopedQuerySet["Allocation"]):
    """Reads on allocations."""

    def discounts(self) -> Self:
        """Discounts taken, and their reversals: they sum to what is taken now."""
        return self.filter(credit_item__kind=OpenItem.Kind.DISCOUNT)


class Allocation(CompanyScoped):
    """So much of a credit pays so much of a debit. Append-only; undo is a negative row.

    The functional amounts are what goes off the worth in the books of each side, all of it with the
    last part; where they differ an entry books the difference of exchange.
    """

    debit_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, related_name="debit_allocations"
    )
    credit_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, related_name="credit_allocations"
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    debit_functional_amount = models.DecimalField(max_digits=18, decimal_places=2)
    credit_functional_amount = models.DecimalField(max_digits=18, decimal_places=2)
    effective_on = models.DateField(_("effective"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(fields=["company", "effective_on"], name="allocation_day"),
            models.Index(fields=["debit_item", "effective_on"], name="allocation_debit"),
            models.Index(fields=["credit_item", "effective_on"], name="allocation_credit"),
            models.Index(
                fields=["debit_item", "effective_on"],
                name="allocation_debit_back",
                condition=Q(amount__lt=0),
            ),
            models.Index(
                fields=["credit_item", "effective_on"],
                name="allocation_credit_back",
                condition=Q(amount__lt=0),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="allocation_sign",
            ),
            models.CheckConstraint(
                condition=~Q(debit_item=F("credit_item")), name="allocation_two_items"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0, debit_functional_amount__gte=0, credit_functional_amount__gte=0
                )
                | Q(amount__lt=0, debit_functional_amount__lte=0, credit_functional_amount__lte=0),
                name="allocation_functional_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit_item_id} ← {self.credit_item_id}: {self.amount}"

    @property
    def difference_amount(self) -> Decimal:
        """What was gained (> 0) or lost by the rate having changed."""
        return self.credit_functional_amount - self.debit_functional_amount

    @property
    def signed_amount(self) -> Decimal:
        """What it does to the debit: less when paid, more again when taken back."""
        return -self.amount
