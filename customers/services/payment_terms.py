"""Payment terms: set-up data of a company; invoices freeze the dates that follow from them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import record_event
from customers.models import PaymentTerms, PaymentTermsPart
from customers.rules import TermsPart, check_discount, check_name, check_parts
from customers.services.drafts import TermsDraft
from o2c.errors import Conflict


def create_payment_terms(
    company: Company, data: TermsDraft, *, by: Actor, on: date
) -> PaymentTerms:
    """Add payment terms. Raises: InvalidInput when the shares don't sum to 1; Conflict (code)."""
    require(by, "core.manage", company.pk)
    values = _checked(data)
    with transaction.atomic():
        _check_free(company.pk, values["code"])
        terms = PaymentTerms.objects.create(company=company, **values)
        _write_parts(terms, data.parts)
        record_event(
            "payment_terms.created", terms, by=by, on=on, label=terms.code, values=_words(data)
        )
    return terms


def change_payment_terms(pk: int, data: TermsDraft, *, by: Actor, on: date) -> PaymentTerms:
    """Replace what the terms say for documents to come; issued ones keep their due dates.

    Raises as ``create_payment_terms``.
    """
    with transaction.atomic():
        terms = PaymentTerms.objects.for_update().get(pk=pk)
        require(by, "core.manage", terms.company_id)
        values = _checked(data)
        _check_free(terms.company_id, values["code"], but=pk)
        old = _words(draft_of(terms))
        for field, value in values.items():
            setattr(terms, field, value)
        terms.save(update_fields=[*values])
        terms.parts.all().delete()
        _write_parts(terms, data.parts)
        record_event(
            "payment_terms.changed",
            terms,
            by=by,
            on=on,
            label=terms.code,
            changed={"terms": {"old": old, "new": _words(data)}},
        )
    return terms


def draft_of(terms: PaymentTerms) -> TermsDraft:
    """The terms as they stand."""
    return TermsDraft(
        code=terms.code,
        name=terms.name,
        parts=parts_of(terms),
        discount_days=terms.discount_days,
        discount_rate=terms.discount_rate,
    )


def parts_of(terms: PaymentTerms) -> tuple[TermsPart, ...]:
    """The instalments as the rules take them."""
    return tuple(TermsPart(part.share, part.due_days) for part in terms.parts.all())


def _checked(data: TermsDraft) -> dict[str, Any]:
    check_parts(data.parts)
    check_discount(data.discount_days, data.discount_rate)
    return {
        "code": check_name(data.code),
        "name": check_name(data.name),
        "discount_days": data.discount_days,
        "discount_rate": data.discount_rate,
    }


def _write_parts(terms: PaymentTerms, parts: tuple[TermsPart, ...]) -> None:
    PaymentTermsPart.objects.bulk_create(
        PaymentTermsPart(terms=terms, position=i, share=part.share, due_days=part.due_days)
        for i, part in enumerate(parts, start=1)
    )


def _words(data: TermsDraft) -> str:
    parts = ", ".join(f"{part.share:.2%} / {part.due_days} d" for part in data.parts)
    return f"{data.name}: {parts}; {data.discount_rate:.2%} / {data.discount_days} d"


def _check_free(company_id: int, code: str, but: int = 0) -> None:
    if PaymentTerms.objects.filter(company=company_id, code=code).exclude(pk=but).exists():
        raise Conflict(
            "payment_terms.code_taken",
            _("There are payment terms “%(code)s” already: change those, or use another code.")
            % {"code": code},
            field="code",
        )
