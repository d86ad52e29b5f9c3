"""Bank accounts, the files the bank sends, their entries, and questions about them."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, SignedLink, StoredDocument
from customers.models import Customer
from receivables.models.ledger import Account, JournalEntry


class BankAccount(CompanyScoped):
    """One of our accounts; a statement for an account that is not here is refused.

    A till and the folder of cheques are accounts that we keep ourselves: no bank sends files for
    them, so they are never ``is_active``.
    """

    class Kind(models.TextChoices):
        """Who keeps it."""

        BANK = "bank", _("bank")
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheques")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.BANK)
    name = models.CharField(_("name"), max_length=80)
    iban = models.CharField(_("IBAN or account number"), max_length=40)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    ledger_account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet["BankAccount"].as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "iban", "currency"], name="bank_account_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="bank") | Q(kind__in=["cash", "cheque"], is_active=False),
                name="bank_account_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.iban}" if self.kind == self.Kind.BANK else self.name


class BankFileQuerySet(ScopedQuerySet["BankFile"]):
    """Reads on files."""

    def awaiting_matching(self) -> Self:
        """Long files that are booked and whose entries were not all looked at yet."""
        return self.filter(state="booked", match_from_id__isnull=False)

    def csv_to_tell(self) -> Self:
        """CSV files that wait for somebody to say what their columns hold."""
        return self.filter(state="refused", format="bankfile.csv_columns")


class BankFile(CompanyScoped):
    """A file as it came: booked, known already, or refused with the reason; nothing in between.

    A long file is matched by thousands after it was booked: ``looked_at_count`` of its new entries
    were looked at, it goes on at the entry ``match_from_id``. ``booked_at``: when its
    import ended, all it did by itself included.
    """

    class State(models.TextChoices):
        """What became of it."""

        BOOKED = "booked", _("booked")
        KNOWN = "known", _("nothing new")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")
        DETAILS = "details", _("details")

    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(_("format"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    message = models.TextField(_("reason"), blank=True)
    new_count = models.PositiveIntegerField(_("new entries"), default=0)
    known_count = models.PositiveIntegerField(_("known entries"), default=0)
    matched_count = models.PositiveIntegerField(_("matched by itself"), default=0)
    looked_at_count = models.PositiveIntegerField(default=0)
    match_from_id = models.BigIntegerField(null=True, blank=True)
    imported_by_name = models.CharField(_("by"), max_length=120)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)
    booked_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    objects = BankFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["company"],
                name="bank_file_to_match",
                condition=Q(match_from_id__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sha256"],
                condition=Q(state="booked"),
                name="bank_file_booked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["booked", "known", "refused", "details"], undone_at=None)
                | Q(state="undone", undone_at__isnull=False),
                name="bank_file_state",
            ),
        ]

    @property
    def format_name(self) -> str:
        """The format as people call it; a refused file has none, but the code of its refusal."""
        return "" if self.state == "refused" else self.format

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """What came of the file."""
        return page_of("receivables:bank_file", self.pk)


class BankStatement(CompanyScoped):
    """A statement within a file: opening + entries = closing, and it follows the last one."""

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="statements"
    )
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="statements")
    number = models.CharField(_("number"), max_length=40, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    opening_amount = models.DecimalField(_("opening"), max_digits=18, decimal_places=2, null=True)
    closing_amount = models.DecimalField(_("closing"), max_digits=18, decimal_places=2, null=True)

    objects = ScopedQuerySet["BankStatement"].as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.number}"


class BankCsvProfile(CompanyScoped):
    """How CSV files with one header are read into one bank account: a field, or "", per column.

    ``decimal`` is the decimal sign, empty where the figures tell it.
    """

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.CASCADE, related_name="csv_profiles"
    )
    header_key = models.CharField(max_length=40)
    header = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    decimal = models.CharField(max_length=1, blank=True)
    is_month_first = models.BooleanField(default=False)
    saved_by_name = models.CharField(_("by"), max_length=120)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = ScopedQuerySet["BankCsvProfile"].as_manager()

    class Meta:
        verbose_name = _("profile of bank CSV files")
        verbose_name_plural = _("profiles of bank CSV files")
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "header_key"], name="bank_csv_profile_once"
            ),
            models.CheckConstraint(
                condition=Q(decimal__in=["", ",", "."]), name="bank_csv_profile_decimal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.header_key[:8]}"


class BankEntryQuerySet(ScopedQuerySet["BankEntry"]):
    """Reads on entries."""

    def to_match(self) -> Self:
        """Money received, or returned, that nobody has decided on yet; oldest first."""
        return self.filter(is_settled=False).order_by("booking_on", "pk")

    def asked(self) -> Self:
        """A colleague was asked about them."""
        return self.filter(self._is_asked())

    def not_asked(self) -> Self:
        """Nobody was asked about them."""
        return self.filter(~self._is_asked())

    def with_asked(self) -> Self:
        """With ``is_asked``: whether a colleague was asked."""
        return self.annotate(is_asked=self._is_asked())

    @staticmethod
    def _is_asked() -> Exists:
        # scope: questions of entries that the caller scopes
        asked = EntryQuestion.objects.filter(bank_entry=OuterRef("pk"))
        return Exists(asked.filter(Q(link=None) | Q(link__used_at=None)))

    def received(self) -> Self:
        """Money in; returns and money out left out."""
        return self.filter(amount__gt=0)

    def in_books(self) -> Self:
        """Entries of imports that stand."""
        return self.filter(is_undone=False)


class BankEntry(CompanyScoped):
    """One booking of the bank. ``identity_key`` makes the same booking in two files one row.

    ``is_settled`` is the one stored flag: a live match exists or the entry needs none (money out
    that is no return); the index of the matching screen hangs on it and ``prove`` checks it.
    ``remittance`` keeps the bank's pieces, one a line: both readings of a cut are tried.
    ``balance_amount`` is what its statement's order says the account held after it: by it an
    entry told again is told from its twin; empty where entries come in no order of days.
    ``is_undone``: its import was taken back; the same booking may come again.
    Without ``statement`` nobody sent it: it is an entry of an account that we keep ourselves.
    ``instructed_amount``: what the payer sent, says the bank, exchanged at ``exchange_rate`` as
    it quotes it; ``charges_amount``: what it took off, in ``currency``.
    """

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="entries")
    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    identity_key = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    booking_on = models.DateField(_("booked"))
    value_on = models.DateField(_("value"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    balance_amount = models.DecimalField(
        _("balance after it"), max_digits=18, decimal_places=2, null=True
    )
    functional_amount = models.DecimalField(max_digits=18, decimal_places=2)
    payer_name = models.CharField(_("payer"), max_length=200, blank=True)
    payer_iban = models.CharField(_("IBAN"), max_length=40, blank=True)
    remittance = models.TextField(_("purpose"), blank=True)
    structured_reference = models.TextField(_("reference"), blank=True)
    end_to_end_id = models.CharField(max_length=70, blank=True)
    mandate_id = models.CharField(max_length=70, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    return_reason = models.CharField(max_length=35, blank=True)
    instructed_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    instructed_currency = models.CharField(max_length=3, blank=True)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    charges_amount = models.DecimalField(
        _("charges"), max_digits=18, decimal_places=2, default=Decimal("0.00")
    )
    is_reversal = models.BooleanField(default=False)
    is_settled = models.BooleanField(default=False)
    is_undone = models.BooleanField(default=False)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="bank_entry"
    )

    objects = BankEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank entry")
        verbose_name_plural = _("bank entries")
        indexes = [
            models.Index(
                fields=["company", "booking_on", "id"],
                name="bank_entry_to_match",
                condition=Q(is_settled=False),
            ),
            models.Index(fields=["company", "-booking_on", "-id"], name="bank_entry_company"),
            GinIndex(
                fields=["remittance"], name="bank_entry_text_trgm", opclasses=["gin_trgm_ops"]
            ),
            models.Index(
                fields=["bank_account", "booking_on"],
                name="bank_entry_undone_day",
                condition=Q(is_undone=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "identity_key"],
                condition=Q(is_undone=False),
                name="bank_entry_identity",
            ),
            models.CheckConstraint(
                condition=Q(is_undone=False) | Q(is_settled=True), name="bank_entry_undone"
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | Q(identity_key__startswith="hand:"),
                name="bank_entry_told",
            ),
            models.CheckConstraint(
                condition=Q(amount=0, functional_amount=0)
                | Q(amount__gt=0, functional_amount__gt=0)
                | Q(amount__lt=0, functional_amount__lt=0),
                name="bank_entry_worth_sign",
            ),
            models.CheckConstraint(
                condition=Q(charges_amount__gte=0)
                & (Q(exchange_rate=None) | Q(exchange_rate__gt=0))
                & (
                    Q(instructed_amount=None, instructed_currency="")
                    | (Q(instructed_amount__gte=0) & ~Q(instructed_currency=""))
                ),
                name="bank_entry_told_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_on} {self.amount} {self.payer_name}"

    def get_absolute_url(self) -> str:
        """The entry's page."""
        return page_of("receivables:bank_entry", self.pk)


class BankNotice(CompanyScoped):
    """A booking as a notification (camt.054) tells it, with its transactions.

    ``bank_entry`` is the (first) entry of the statement that it joined; ``parts`` are the
    transactions as read; ``note`` says why it waits, or why the entry was left as it is. ``turn``
    tells equal bookings of a day apart.
    """

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="notices")
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="notices")
    identity_key = models.CharField(max_length=80)
    turn = models.PositiveIntegerField(default=1)
    booking_on = models.DateField(_("booked"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    bank_reference = models.CharField(_("reference"), max_length=80, blank=True)
    parts = models.JSONField(default=list)
    bank_entry = models.ForeignKey(
        BankEntry, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScopedQuerySet["BankNotice"].as_manager()

    class Meta:
        verbose_name = _("notification of the bank")
        verbose_name_plural = _("notifications of the bank")
        indexes = [
            models.Index(
                fields=["bank_account", "booking_on"],
                name="bank_notice_waiting",
                condition=Q(bank_entry=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "identity_key"], name="bank_notice_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_on} {self.amount} {self.bank_reference}"


class EntryQuestion(CompanyScoped):
    """A colleague was asked whose payment this is, or a customer what it is for.

    Open as long as the entry waits; a customer's until they answered (``link.answer``).
    """

    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, related_name="questions")
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.OneToOneField(SignedLink, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by_name = models.CharField(_("by"), max_length=120)
    note = models.CharField(_("question"), max_length=500)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)

    objects = ScopedQuerySet["EntryQuestion"].as_manager()

    class Meta:
        verbose_name = _("question about a payment")
        verbose_name_plural = _("questions about payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_of__isnull=False, customer=None, link=None)
                | Q(asked_of=None, customer__isnull=False, link__isnull=False),
                name="entry_question_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_entry_id}: {self.note}"
