"""Set up a company with all it needs to do business."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.logos import type_of_logo
from core.models import Company, NumberSeries, StoredDocument
from core.services.documents import store_document
from core.services.events import record_event
from o2c.errors import Conflict
from o2c.money import CURRENCIES

Kind = NumberSeries.Kind

INVOICE_PREFIXES = {"DE": ("RE-", "GS-"), "AT": ("RE-", "GS-"), "SE": ("F-", "K-")}
"""Country -> prefixes of invoices and credit notes; elsewhere ``INV-`` and ``CN-``."""
HAND_PREFIXES = {Kind.RECEIPT: ("RC-", 6), Kind.DEPOSIT: ("DS-", 5), Kind.NETTING: ("NET-", 5)}


def set_up_company(*, by: Actor, **fields: Any) -> Company:
    """Create a company with its default number series.

    ``fields`` are those of ``Company``. Raises: Conflict for a code already taken or a currency
    o2c doesn't book in.
    """
    code, currency = fields["code"], fields["currency"]
    if currency not in CURRENCIES:
        raise Conflict(
            "company.currency",
            _("o2c does not book in %(currency)s yet; it knows %(known)s.")
            % {"currency": currency, "known": ", ".join(sorted(CURRENCIES))},
            field="currency",
        )
    with transaction.atomic():
        if Company.objects.filter(code=code).exists():
            raise Conflict(
                "company.code", _("There is a company %(code)s.") % {"code": code}, field="code"
            )
        company = Company.objects.create(**fields)
        add_default_series(company)
        record_event("company.set_up", company, by=by, on=company.today(), code=code)
    return company


def add_default_series(company: Company) -> None:
    """Give a company every series it lacks; those it has stay as they are."""
    invoice, credit_note = INVOICE_PREFIXES.get(company.country, ("INV-", "CN-"))
    prefixes = {
        Kind.CUSTOMER: ("C-", 5),
        Kind.ORDER: ("SO-", 6),
        Kind.SHIPMENT: ("DN-", 6),
        Kind.INVOICE: (invoice, 6),
        Kind.CREDIT_NOTE: (credit_note, 6),
        Kind.SUBSCRIPTION: ("SU-", 5),
        Kind.DUNNING_RUN: ("DR-", 5),
        Kind.JOURNAL: ("J-", 7),
        **HAND_PREFIXES,
    }
    series = [
        NumberSeries(company=company, kind=kind, prefix=prefix, digits=digits)
        for kind, (prefix, digits) in prefixes.items()
    ]
    NumberSeries.objects.bulk_create(series, ignore_conflicts=True)


def set_logo(company: Company, content: bytes, filename: str, *, by: Actor) -> StoredDocument:
    """Show a picture on the company's letters from now on.

    Raises: InvalidInput for what is no picture a letter can show; PermissionMissing.
    """
    require(by, "core.manage", company.pk)
    content_type = type_of_logo(content)
    with transaction.atomic():
        stored = store_document(
            content,
            company_id=company.pk,
            kind="logo",
            filename=filename,
            content_type=content_type,
            subject=company,
        )
        Company.objects.filter(pk=company.pk).update(logo=stored)
        record_event("company.logo_set", company, by=by, on=company.today(), sha256=stored.sha256)
    return stored


def require_open(company: Company) -> None:
    """Refuse new business in a company that is closed."""
    if not company.is_active:
        raise Conflict(
            "company.closed",
            _("%(company)s is closed: it can be read, but nothing new is entered.")
            % {"company": company},
        )


def close_company(company: Company, *, by: Actor) -> None:
    """Stop new business in a company; everything stays readable."""
    require(by, "core.manage", company.pk)
    with transaction.atomic():
        Company.objects.filter(pk=company.pk).update(is_active=False)
        record_event("company.closed", company, by=by, on=company.today())
