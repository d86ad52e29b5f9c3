"""Companies (legal entities) and the base of every row that belongs to one."""

import re
from datetime import date
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from core.actors import Actor

COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", _("Use the two-letter country code, e.g. DE or SE."))


def validate_bankgiro(text: str) -> None:
    """Refuse what is no Bankgiro number: seven or eight digits, the last one checks them."""
    digits = text.replace("-", "")
    if not (
        digits.isascii() and digits.isdecimal() and len(digits) in (7, 8) and luhn.is_valid(digits)
    ):
        raise ValidationError(
            now("%(number)s is no Bankgiro number: it has seven or eight digits like 5050-1055.")
            % {"number": text},
            "bankgiro",
        )


def validate_creditor_identifier(text: str) -> None:
    """Refuse what is no SEPA creditor identifier (EPC262-08): country, check digits, three signs
    of one's own that are not checked, the national number."""
    has_form = re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", text)
    if not has_form or not mod_97_10.is_valid(text[7:] + text[:4]):
        raise ValidationError(
            now("%(number)s is no creditor identifier: it looks like DE98ZZZ09999999999.")
            % {"number": text},
            "creditor_identifier",
        )


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[M_co]):
    """Reads every company-owned table offers; each room's queryset extends this one."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of companies the actor may see; pages, exports and files all start here."""
        companies = actor.company_ids()
        return self if companies is None else self.filter(company__in=companies)

    def for_update(self) -> Self:
        """Lock the rows in primary-key order, so that two acts can never wait on each other."""
        return self.select_for_update(of=("self",)).order_by("pk")


class CompanyQuerySet(models.QuerySet["Company"]):
    """Reads on companies."""

    def visible_to(self, actor: Actor) -> Self:
        """Companies given to the actor."""
        ids = actor.company_ids()
        return self if ids is None else self.filter(pk__in=ids)

    def active(self) -> Self:
        """Companies that still do business."""
        return self.filter(is_active=True)


class Company(models.Model):
    """A legal entity: owns its series, books, bank accounts, currency, calendar and texts."""

    class FTax(models.TextChoices):
        """Whether the Swedish Tax Agency approved the company for F-tax; invoices say so."""

        UNKNOWN = "", _("not answered yet")
        APPROVED = "approved", _("approved for F-tax")
        NOT_APPROVED = "not_approved", _("not approved for F-tax")

    code = models.SlugField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    currency = models.CharField(_("currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin")
    language = models.CharField(_("language"), max_length=5, default="en")
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    f_tax = models.CharField(
        _("F-tax (Swedish companies)"),
        max_length=12,
        choices=FTax.choices,
        default=FTax.UNKNOWN,
        blank=True,
    )
    registration_number = models.CharField(_("registration number"), max_length=30, blank=True)
    register_court = models.CharField(_("register court"), max_length=80, blank=True)
    management = models.CharField(_("managing directors"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    contact_name = models.CharField(_("contact"), max_length=80)
    contact_phone = models.CharField(_("phone"), max_length=40)
    contact_email = models.EmailField(_("e-mail"))
    bank_name = models.CharField(_("bank"), max_length=80, blank=True)
    iban = models.CharField(_("IBAN printed on invoices"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bankgiro = models.CharField(
        _("Bankgiro"), max_length=9, blank=True, validators=[validate_bankgiro]
    )
    creditor_identifier = models.CharField(
        _("SEPA creditor identifier"),
        max_length=35,
        blank=True,
        validators=[validate_creditor_identifier],
        help_text=_("Needed to collect by direct debit; the central bank gives it."),
    )
    debit_notice_days = models.PositiveSmallIntegerField(
        _("Days between announcing and collecting a direct debit"),
        default=14,
        help_text=_("14 unless something shorter is agreed with the customers."),
    )
    rounds_totals = models.BooleanField(
        _("Round what is asked for to whole kronor"),
        default=False,
        help_text=_("Invoices in SEK and NOK; the difference is posted as rounding."),
    )
    logo = models.ForeignKey(
        "core.StoredDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("logo"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(f_tax__in=["", "approved", "not_approved"]), name="company_f_tax_known"
            ),
            models.CheckConstraint(
                condition=Q(creditor_identifier="")
                | Q(creditor_identifier__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$"),
                name="company_creditor_form",
            ),
            models.CheckConstraint(
                condition=Q(debit_notice_days__gte=1, debit_notice_days__lte=60),
                name="company_debit_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A Swedish company says whether it is approved for F-tax: its invoices must."""
        if self.country == "SE" and not self.f_tax:
            raise ValidationError(
                {"f_tax": now("Say whether the company is approved for F-tax: invoices state it.")}
            )

    def today(self) -> date:
        """The business date in the company's own time zone; views and tasks pass it as ``on``."""
        return timezone.now().astimezone(ZoneInfo(self.time_zone)).date()

    def snapshot(self) -> dict[str, Any]:
        """Name, address, ids, bank and logo as frozen into an issued document."""
        fields = (
            "name country vat_id tax_number f_tax registration_number register_court management"
            " street postcode city contact_name contact_phone contact_email bank_name iban bic"
            " bankgiro"
        )
        frozen = {field: getattr(self, field) for field in fields.split()}
        return frozen | ({"logo": self.logo_id} if self.logo_id else {})


class CompanyScoped(models.Model):
    """Abstract base: a row that belongs to one company."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", verbose_name=_("company")
    )

    class Meta:
        abstract = True
