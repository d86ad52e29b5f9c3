"""The books handed out: what was written for whom, and the settings accountants ask for."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import Company, CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models.ledger import JournalEntry


class BooksSetting(CompanyScoped):
    """How a company's books are handed out: fiscal year, and the numbers DATEV knows it by."""

    class Chart(models.TextChoices):
        """After which chart the ledger's accounts are numbered."""

        USUAL = "", _("usual in the country")
        SKR03 = "SKR03", "SKR03"
        SKR04 = "SKR04", "SKR04"
        BAS = "BAS", "BAS"

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, related_name="+", verbose_name=_("company")
    )
    chart = models.CharField(
        _("chart of accounts"),
        max_length=5,
        choices=Chart.choices,
        default=Chart.USUAL,
        blank=True,
        help_text=_("Chosen before the ledger is set up; SKR03 in Germany, BAS in Sweden."),
    )
    year_start_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    consultant_number = models.PositiveIntegerField(
        _("DATEV consultant number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1001), MaxValueValidator(9999999)],
    )
    client_number = models.PositiveIntegerField(
        _("DATEV client number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99999)],
    )
    account_length = models.PositiveSmallIntegerField(
        _("digits of a ledger account in DATEV"),
        default=4,
        validators=[MinValueValidator(4), MaxValueValidator(8)],
        help_text=_("Customers' accounts have one digit more. Keep it once books were handed out."),
    )

    objects = ScopedQuerySet["BooksSetting"].as_manager()

    class Meta:
        verbose_name = _("setting of books out")
        verbose_name_plural = _("settings of books out")
        constraints = [
            models.CheckConstraint(
                condition=Q(year_start_month__range=(1, 12)) & Q(account_length__range=(4, 8)),
                name="books_setting_range",
            ),
            models.CheckConstraint(
                condition=Q(chart__in=["", "SKR03", "SKR04", "BAS"]), name="books_setting_chart"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.consultant_number}/{self.client_number}"


class PersonalAccount(CompanyScoped):
    """The number a customer has as a debtor in the accountant's books; given once, kept."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))

    objects = ScopedQuerySet["PersonalAccount"].as_manager()

    class Meta:
        verbose_name = _("personal account")
        verbose_name_plural = _("personal accounts")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="personal_account_number"),
            models.CheckConstraint(condition=Q(number__gte=10000), name="personal_account_range"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class BooksExport(CompanyScoped):
    """The books of a period as they were handed out: the bytes, their hash, what is in them.

    ``last_entry_id``: the company's newest entry at that moment; the file holds the entries of the
    period up to it and no later one, so it says for ever what was in and what came after.
    """

    class Format(models.TextChoices):
        """For whom it is."""

        DATEV = "datev", _("DATEV")
        SIE = "sie", _("SIE 4")
        SAFT = "saft", _("SAF-T (OECD)")
        SAFT_NO = "saft-no", _("SAF-T (Norway)")
        CSV = "csv", _("CSV of all lines")

    format = models.CharField(_("format"), max_length=8, choices=Format.choices)
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("to"))
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    entry_count = models.PositiveIntegerField(_("entries"))
    line_count = models.PositiveIntegerField(_("lines"))
    debit_amount = models.DecimalField(_("debit"), max_digits=18, decimal_places=2)
    credit_amount = models.DecimalField(_("credit"), max_digits=18, decimal_places=2)
    last_entry_id = models.BigIntegerField(_("last entry"))
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_count = models.PositiveIntegerField(_("new since the last one"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by_name = models.CharField(_("by"), max_length=120)

    objects = ScopedQuerySet["BooksExport"].as_manager()

    class Meta:
        verbose_name = _("export of the books")
        verbose_name_plural = _("exports of the books")
        ordering = ["-id"]
        indexes = [models.Index(fields=["company", "-id"], name="books_export_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_on__lte=F("end_on")), name="books_export_period"
            ),
            models.CheckConstraint(
                condition=Q(debit_amount=F("credit_amount")), name="books_export_balances"
            ),
            models.CheckConstraint(
                condition=Q(format__in=["datev", "sie", "saft", "saft-no", "csv"]),
                name="books_export_format",
            ),
        ]

    def __str__(self) -> str:
        return self.document.filename

    def get_absolute_url(self) -> str:
        """The export's page."""
        return page_of("receivables:books_export", self.pk)

    def later_entries(self) -> "models.QuerySet[JournalEntry]":
        """Entries posted into the period after the file was made, newest first."""
        return JournalEntry.objects.filter(
            company=self.company_id,
            posted_on__range=(self.start_on, self.end_on),
            pk__gt=self.last_entry_id,
        ).order_by("-pk")
