"""Builders of receivables' tests: ledgers, booked invoices, bank files as text."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

import receivables.services as receivables
from core.actors import JobActor
from core.models import Company
from core.services import take_number
from customers.models import Customer
from invoicing.models import Invoice, InvoiceInstalment, InvoiceLine, InvoiceVat
from o2c.money import TaxableLine, Totals, cents, totals
from receivables.models import BankEntry, BankFile, OpenItem
from tests import make

ROBOT = JobActor("test")
IBAN = "DE89370400440532013000"
DAY = date(2026, 3, 2)


def ledger(**fields: object) -> Company:
    """A German company with chart of accounts and one bank account (``IBAN``)."""
    company = make.company_de(**fields)
    receivables.set_up_ledger(company)
    receivables.add_bank_account(company, name="Musterbank", iban=IBAN)
    return company


def invoice(
    customer: Customer,
    gross: str = "119.00",
    *,
    number: str = "",
    on: date = DAY,
    rate: str = "0.19",
    nets: Sequence[tuple[str, str]] = (),
    instalments: Sequence[tuple[str, int]] = (),
    discount: tuple[str, int] = ("0", 0),
    corrects: Invoice | None = None,
    **fields: object,
) -> Invoice:
    """An issued invoice (credit note with ``corrects``), not booked yet.

    A ``number`` must not look like one of the series (``RE-``). ``nets``: (net, rate) rows instead
    of one gross amount; ``instalments``: (amount, days); ``discount``: (rate, days).
    """
    whole = cents(Decimal(gross) / (1 + Decimal(rate)))
    rows = [(Decimal(net), Decimal(at)) for net, at in nets or [(whole, rate)]]
    sums = totals(TaxableLine(net, "S", at) for net, at in rows)
    made = Invoice.objects.create(
        company=customer.company,
        customer=customer,
        kind="credit_note" if corrects else "invoice",
        corrects=corrects,
        language="en",
        buyer={"name": customer.name},
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
        discount_rate=Decimal(discount[0]),
        discount_until=on + timedelta(discount[1]) if discount[1] else None,
        **({"currency": customer.company.currency} | fields),
    )
    _write_rows(made, rows, sums)
    parts = list(instalments) or [(str(sums.gross_amount), 14)]
    _write_instalments(made, parts, on)
    return _issued(made, number, on=on, due_on=on + timedelta(parts[-1][1]))


def _write_instalments(made: Invoice, parts: Sequence[tuple[str, int]], on: date) -> None:
    for position, (amount, days) in enumerate(parts, start=1):
        InvoiceInstalment.objects.create(
            invoice=made, position=position, due_on=on + timedelta(days=days), amount=amount
        )


def _write_rows(made: Invoice, rows: Sequence[tuple[Decimal, Decimal]], sums: Totals) -> None:
    for position, (net, at) in enumerate(rows, start=1):
        InvoiceLine.objects.create(
            invoice=made,
            position=position,
            description="Valve",
            quantity=Decimal(1),
            unit="C62",
            unit_price=net,
            net_amount=net,
            vat_category="S",
            vat_rate=at,
        )
    for row in sums.vat_rows:
        InvoiceVat.objects.create(
            invoice=made,
            vat_category="S",
            vat_rate=row.vat_rate,
            net_amount=row.net_amount,
            vat_amount=row.vat_amount,
        )


def _issued(made: Invoice, number: str, *, on: date, due_on: date) -> Invoice:
    if not number:
        with transaction.atomic():
            number = take_number(made.company_id, made.kind, on=on)
    Invoice.objects.filter(pk=made.pk).update(
        state="issued", number=number, issued_on=on, due_on=due_on
    )
    return Invoice.objects.get(pk=made.pk)


def item(customer: Customer, gross: str = "119.00", **fields: object) -> OpenItem:
    """The (first) open item of a booked invoice."""
    document = invoice(customer, gross, **fields)  # type: ignore[arg-type]
    receivables.book_invoice(document, by=ROBOT)
    return OpenItem.objects.filter(invoice=document).order_by("pk")[0]


def camt(
    *entries: str,
    opening: str = "1000.00",
    closing: str = "",
    number: str = "1",
    iban: str = IBAN,
    on: date = DAY,
    currency: str = "EUR",
) -> bytes:
    """A camt.053 with one statement; ``entries`` are made by ``entry``."""
    moved = sum((Decimal(text.split("|", 1)[0]) for text in entries), Decimal(0))
    closing = closing or str(Decimal(opening) + moved)
    body = "".join(text.split("|", 1)[1] for text in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>{number}</MsgId></GrpHdr><Stmt><Id>{number}</Id>"
        f"<ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        + _balance("OPBD", opening, on, currency)
        + _balance("CLBD", closing, on, currency)
        + body
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: str, on: date, currency: str) -> str:
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def entry(
    amount: str,
    text: str = "",
    *,
    name: str = "",
    iban: str = "",
    reference: str = "",
    on: date = DAY,
    value_on: date | None = None,
    currency: str = "EUR",
    told: str = "",
) -> str:
    """One camt entry for ``camt``; negative: money out. ``told``: more of its details."""
    side, role = ("DBIT", "Cdtr") if amount.startswith("-") else ("CRDT", "Dbtr")
    parties = f"<{role}><Pty><Nm>{name}</Nm></Pty></{role}>" if name else ""
    parties += f"<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>" if iban else ""
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f"{amount}|"
        f'<Ntry><Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
        f"<ValDt><Dt>{value_on or on}</Dt></ValDt>{named}<NtryDtls><TxDtls>{told}"
        f"<RltdPties>{parties}</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )


def imported(company: Company, content: bytes, *, on: date = DAY) -> BankFile:
    """Import a bank file as a job."""
    return receivables.import_bank_file(company, content, filename="bank.xml", by=ROBOT, on=on)


def paid(company: Company, amount: str, text: str = "", **fields: object) -> BankEntry:
    """Import one payment in a file of its own and give its entry back."""
    imported(company, camt(entry(amount, text, **fields), number=make.unique("")))  # type: ignore[arg-type]
    return BankEntry.objects.filter(company=company).latest("pk")
