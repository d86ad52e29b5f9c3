"""Take remittance advice in, a list (CSV, XLSX) or a printed one (PDF), and find its items.

What the lines name is found as the matcher finds it, by whole references. An advice whose payment
has come already is tried against the payments that wait at once; one that comes first waits.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, StoredDocument
from core.safe_sheets import read_lines
from core.services import atomic_verb, record_event, require_open, store_document
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import AdviceLine, BankEntry, ItemReference, OpenItem, RemittanceAdvice
from receivables.rules.advice_text import adds_up, read_text
from receivables.rules.tokens import MIN_LENGTH, normalise
from receivables.services.advice_rows import AdviceDraft, LineTold, read_sheet
from receivables.services.matching import auto_match

RIGHT = "receivables.match"
_PDF, _ZIP = b"%PDF", b"PK\x03\x04"
_TYPES = {
    _PDF: "application/pdf",
    _ZIP: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(slots=True)
class AdvicesTaken:
    """What a file held: its advices (known ones too), and how many payments they settled."""

    advices: list[RemittanceAdvice] = field(default_factory=list)
    new_count: int = 0
    matched_count: int = 0


def import_advice(
    company: Company,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
    customer: Customer | None = None,
) -> AdvicesTaken:
    """Keep the advices of a file and match payments that wait for just them; twice is once.

    A sheet may hold several, told apart by a column of references. ``customer``: whose it is, if
    that is known from elsewhere (the sender). Raises ``InvalidInput`` for a file that is no such
    list, or names no document of ours; ``PermissionMissing``.
    """
    require(by, RIGHT, company.pk)
    require_open(company)
    file = _File(company, content, filename, customer)
    taken = _keep(file, _drafts(file), by=by, on=on)
    # Those of before, too: whoever was cut short after keeping them gives the file again.
    waiting = _waiting_for(company, taken.advices)
    if waiting:
        taken.matched_count = auto_match(company, waiting, by=by, on=on)
        for advice in taken.advices:
            advice.refresh_from_db()
    return taken


@dataclass(slots=True)
class _File:
    """A file as it came: its bytes, its name and, if known from elsewhere, its sender."""

    company: Company
    content: bytes
    filename: str
    customer: Customer | None
    _document: StoredDocument | None = None

    @property
    def sha256(self) -> str:
        """Its identity."""
        return hashlib.sha256(self.content).hexdigest()

    def document(self) -> StoredDocument:
        """The file, stored once something of it is kept."""
        if self._document is None:
            starts = self.content.startswith
            self._document = store_document(
                self.content,
                company_id=self.company.pk,
                kind="remittance_advice",
                filename=self.filename,
                content_type=next((t for mark, t in _TYPES.items() if starts(mark)), "text/csv"),
            )
        return self._document


def _drafts(file: _File) -> list[AdviceDraft]:
    if not file.content.lstrip().startswith(_PDF):
        return read_sheet(file.content, file.filename)
    told = read_text(read_lines(file.content, file.filename))
    known = _known_names(file.company, (name for line in told.lines for name in line.names))
    lines = [
        LineTold(name, line.amount, line.discount)
        for line in told.lines
        if (name := next((one for one in line.names if one in known), ""))
    ]
    return [AdviceDraft(lines=lines, total=told.total)] if lines else []


def _known_names(company: Company, names: Iterable[str]) -> set[str]:
    """Which tokens name an item of ours."""
    wanted = sorted(set(names))[:5000]
    rows = ItemReference.objects.filter(company_id=company.pk, token__in=wanted)
    return set(rows.values_list("token", flat=True))


@transaction.atomic
def _keep(file: _File, drafts: Sequence[AdviceDraft], *, by: Actor, on: date) -> AdvicesTaken:
    """All advices of the file or none; the company is locked, so that two at once are in turn."""
    company = Company.objects.select_for_update(no_key=True).get(pk=file.company.pk)
    kept = RemittanceAdvice.objects.filter(company=company, sha256=file.sha256)
    known = {
        advice.reference: advice for advice in kept.exclude(state=RemittanceAdvice.State.DROPPED)
    }
    taken = AdvicesTaken()
    found = _Items(file, drafts)
    for draft in drafts:
        advice = known.get(draft.reference)
        if advice is None:
            advice = _written(file, draft, found.of_all(draft.lines), by=by)
            _record(advice, len(draft.lines), by=by, on=on)
            taken.new_count += 1
        taken.advices.append(advice)
    if not taken.advices or not found.is_any:
        raise InvalidInput(
            "advice.nothing",
            _(
                "“%(file)s” names no document of %(company)s with an amount. A list needs columns"
                " like “Document” and “Amount”; a PDF a line a document."
            )
            % {"file": file.filename[:80], "company": company},
            field="file",
        )
    return taken


class _Items:
    """Which item a line means, looked up for a whole file at once."""

    def __init__(self, file: _File, drafts: Sequence[AdviceDraft]) -> None:
        self.customer_id = file.customer.pk if file.customer else 0
        self._by_token: dict[str, list[OpenItem]] = defaultdict(list)
        tokens = {normalise(line.told) for draft in drafts for line in draft.lines}
        rows = ItemReference.objects.filter(
            company_id=file.company.pk, token__in={t for t in tokens if len(t) >= MIN_LENGTH}
        )
        for row in rows.select_related("item").order_by("item__due_on", "item"):
            self._by_token[row.token].append(row.item)
        self.is_any = bool(self._by_token)

    def of_all(self, lines: Iterable[LineTold]) -> list[OpenItem | None]:
        """The item of each line of one advice; no item twice."""
        found: list[OpenItem | None] = []
        taken: set[int] = set()
        for line in lines:
            item = self._of(line, taken)
            found.append(item)
            taken |= {item.pk} if item else set()
        return found

    def _of(self, line: LineTold, taken: set[int]) -> OpenItem | None:
        """The item a line means: open, of the right sign, with so much left; the oldest of one
        document's instalments; None where two customers have one of that number."""
        found = [
            item
            for item in self._by_token.get(normalise(line.told), ())
            if item.pk not in taken and (not self.customer_id or self._is_theirs(item))
        ]
        fitting = [item for item in found if _asks(item, line)] or found
        if len({item.customer_id for item in fitting}) != 1:
            return None
        return fitting[0]

    def _is_theirs(self, item: OpenItem) -> bool:
        """The sender's own item; a sender who has none of it may pay for others."""
        return item.customer_id == self.customer_id or not any(
            other.customer_id == self.customer_id for other in self._by_token_of(item)
        )

    def _by_token_of(self, item: OpenItem) -> list[OpenItem]:
        return self._by_token.get(normalise(item.document_number), [])


def _asks(item: OpenItem, line: LineTold) -> bool:
    wanted = line.amount + (line.discount if line.amount > 0 else ZERO)
    left = item.outstanding_amount
    return 0 < wanted <= left or left <= wanted < 0


def _written(
    file: _File, draft: AdviceDraft, items: Sequence[OpenItem | None], *, by: Actor
) -> RemittanceAdvice:
    amounts = [line.amount for line in draft.lines]
    total = draft.total if draft.total is not None else sum(amounts, ZERO)
    owners = {item.customer_id for item in items if item}
    owner = owners.pop() if len(owners) == 1 else None
    advice = RemittanceAdvice.objects.create(
        company=file.company,
        document=file.document(),
        sha256=file.sha256,
        reference=draft.reference[:60],
        payer_name=draft.payer_name[:200],
        customer_id=file.customer.pk if file.customer else owner,
        paid_on=draft.paid_on,
        currency=draft.currency or file.company.currency,
        amount=total,
        is_complete=adds_up(amounts, total) and all(items),
        told_by_name=by.actor_name,
    )
    AdviceLine.objects.bulk_create(
        AdviceLine(
            advice=advice,
            position=position,
            told=line.told[:80],
            item=item,
            amount=line.amount,
            discount_amount=line.discount,
        )
        for position, (line, item) in enumerate(zip(draft.lines, items, strict=True), start=1)
    )
    return advice


def _record(advice: RemittanceAdvice, line_count: int, *, by: Actor, on: date) -> None:
    record_event(
        "advice.taken",
        advice,
        by=by,
        on=on,
        label=str(advice),
        amount=advice.amount,
        currency=advice.currency,
        count=line_count,
    )


def _waiting_for(company: Company, advices: Iterable[RemittanceAdvice]) -> list[int]:
    waits = RemittanceAdvice.State.WAITING
    amounts = {one.amount for one in advices if one.is_complete and one.state == waits}
    entries = BankEntry.objects.filter(company=company, amount__in=amounts).to_match()
    return list(entries.values_list("pk", flat=True)[:1000])


@atomic_verb
def drop_advice(advice_pk: int, *, by: Actor, on: date) -> RemittanceAdvice:
    """Set an advice aside: it decides nothing any more, and its file may come again.

    Raises ``Conflict`` for one that a payment has used: undo that match first.
    """
    advice = RemittanceAdvice.objects.for_update().select_related("document").get(pk=advice_pk)
    require(by, RIGHT, advice.company_id)
    if advice.state == RemittanceAdvice.State.USED:
        raise Conflict("advice.used", _("A payment was matched by it: undo that match first."))
    if advice.state == RemittanceAdvice.State.WAITING:
        advice.state = RemittanceAdvice.State.DROPPED
        advice.save(update_fields=["state"])
        record_event("advice.dropped", advice, by=by, on=on, label=str(advice))
    return advice
