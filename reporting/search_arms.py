"""The statements of the search. Each arm is answered by one index and gives a few keys.

Quick arms look from the beginning or the end of a value, or for all of it, and cost the same
however many documents there are. Deep arms look in the middle of texts; a text that is everywhere
could cost seconds, so they stop after ``DEEP_MILLISECONDS`` and the person is asked to type more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction

from core.models import Company, NumberSeries
from reporting.asked import LEAST_DEEP, Asked, like

PER_KIND = 6
DEEP_MILLISECONDS = 250
Keys = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Arm:
    """``SELECT id FROM table WHERE condition ORDER BY order`` of a company; low ranks first."""

    kind: str
    rank: int
    table: str
    condition: str
    order: str
    value: Any


_NUMBERED = {
    "invoice": ("invoicing_invoice", (NumberSeries.Kind.INVOICE, NumberSeries.Kind.CREDIT_NOTE)),
    "order": ("orders_order", (NumberSeries.Kind.ORDER,)),
    "shipment": ("fulfillment_shipment", (NumberSeries.Kind.SHIPMENT,)),
    "customer": ("customers_customer", (NumberSeries.Kind.CUSTOMER,)),
}


def quick_keys(company: Company, asked: Asked, kinds: Iterable[str]) -> Keys:
    """Kind -> keys of what begins, ends or is what was asked for; one statement."""
    return _run(company, asked, [arm for arm in _quick(company, asked) if arm.kind in set(kinds)])


def deep_keys(company: Company, asked: Asked, kinds: Iterable[str]) -> Keys | None:
    """The same for what contains or resembles it; None when it took too long."""
    arms = [arm for arm in _deep(asked) if arm.kind in set(kinds)]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true)", [str(DEEP_MILLISECONDS)]
            )
            found = _run(company, asked, arms)
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "57014":  # query_canceled
            raise
        return None
    return found


def _quick(company: Company, asked: Asked) -> Iterator[Arm]:
    yield from _numbers(company, asked)
    begins = f"{like(asked.compact)}%"
    for kind, table in (("order", "orders_order"), ("invoice", "invoicing_invoice")):
        yield Arm(
            kind, 3, table, "upper(po_number::text) LIKE %s", "upper(po_number::text)", begins
        )
        for amount in asked.amounts:
            yield Arm(kind, 5, table, "gross_amount = %s", "id DESC", amount)
    reference = "upper(payment_reference::text) = %s"
    yield Arm("invoice", 0, "invoicing_invoice", reference, "id DESC", asked.compact)
    tracking = "upper(tracking_number::text)"
    yield Arm("shipment", 3, "fulfillment_shipment", f"{tracking} LIKE %s", tracking, begins)
    yield from _money(asked, begins)
    yield from _masters(asked, begins)


def _numbers(company: Company, asked: Asked) -> Iterator[Arm]:
    """Whole numbers, their beginnings, and their ends, which is what people remember of them."""
    whole = _padded(company, asked.digits)
    for kind, (table, series) in _NUMBERED.items():
        wanted = [asked.compact, *(number for name in series for number in whole.get(name, ()))]
        yield Arm(kind, 0, table, "number = ANY(%s)", "id DESC", wanted)
        begins = f"{like(asked.compact)}%"
        yield Arm(kind, 1, table, "number LIKE %s", "number DESC", begins)
        if len(asked.compact) > 2 and kind != "customer":
            end = f"{like(asked.compact[::-1])}%"
            yield Arm(kind, 2, table, "reverse(number::text) LIKE %s", "reverse(number::text)", end)


def _padded(company: Company, digits: str) -> dict[str, list[str]]:
    """Series -> the number that these digits alone stand for: 1042 is RE-001042."""
    if not digits:
        return {}
    rows = NumberSeries.objects.filter(company=company).values_list("kind", "prefix", "digits")
    return {
        kind: [f"{prefix}{digits.lstrip('0').rjust(width, '0')}"] for kind, prefix, width in rows
    }


def _money(asked: Asked, begins: str) -> Iterator[Arm]:
    """Bank entries by their amount or the payer's account, payments by their number."""
    table = "receivables_bankentry"
    for amount in asked.amounts:
        yield Arm("entry", 4, table, "amount = %s", "booking_on DESC, id DESC", amount)
    if len(asked.compact) >= LEAST_DEEP:
        yield Arm("entry", 1, table, "payer_iban LIKE %s", "payer_iban", begins)
    yield Arm(
        "payment",
        0,
        "receivables_openitem",
        "document_number = %s AND kind NOT IN ('invoice', 'credit_note')",
        "id DESC",
        asked.compact,
    )


def _masters(asked: Asked, begins: str) -> Iterator[Arm]:
    """Customers by VAT id or account, articles by number, GTIN."""
    yield Arm("customer", 0, "customers_customer", "vat_id = %s", "id", asked.compact)
    if len(asked.compact) >= LEAST_DEEP:
        account = "id IN (SELECT customer_id FROM customers_customerbankaccount WHERE iban LIKE %s)"
        yield Arm("customer", 1, "customers_customer", account, "id", begins)
    product = "catalog_product"
    yield Arm("product", 0, product, "upper(number::text) LIKE %s", "upper(number::text)", begins)
    yield Arm("product", 0, product, "gtin = %s AND gtin <> ''", "id", asked.digits)


def _deep(asked: Asked) -> Iterator[Arm]:
    inside = f"%{like(asked.text)}%"
    for kind, table in (("customer", "customers_customer"), ("product", "catalog_product")):
        yield Arm(kind, 6, table, "name ILIKE %s", "name", inside)
        yield Arm(kind, 7, table, "%s <%% name", "name", asked.text)
    if not asked.is_deep:
        return
    inside_number = f"%{like(asked.compact)}%"
    for kind in ("invoice", "order", "shipment"):
        table = _NUMBERED[kind][0]
        yield Arm(kind, 7, table, "number ILIKE %s", "id DESC", inside_number)
    newest = "booking_on DESC, id DESC"
    yield Arm("entry", 6, "receivables_bankentry", "remittance ILIKE %s", newest, inside)
    yield Arm("entry", 7, "receivables_bankentry", "payer_name ILIKE %s", newest, inside)


def _run(company: Company, asked: Asked, arms: list[Arm]) -> Keys:
    """All arms in one statement; keys in the order of their ranks, none twice."""
    if not arms:
        return {}
    params: list[Any] = []
    parts = []
    for at, arm in enumerate(arms):
        parts.append(
            f"(SELECT {at} AS arm, id FROM {arm.table} WHERE company_id = %s AND {arm.condition}"  # noqa: S608
            f" ORDER BY {arm.order} LIMIT {PER_KIND + 1})"
        )
        params += [company.pk, arm.value]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    found: Keys = {}
    for at, pk in sorted(rows, key=lambda row: arms[row[0]].rank):
        keys = found.setdefault(arms[at].kind, [])
        if pk not in keys:
            keys.append(pk)
    return found
