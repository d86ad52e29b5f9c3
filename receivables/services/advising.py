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
    drafts = _drafts(company, content, filename)
    taken = _keep(company, drafts, content, filename, customer, by=by, on=on)
    if taken.new_count:
        waiting = _waiting_for(company, taken.advices)
        taken.matched_count = auto_match(company, waiting, by=by, on=on)
        for advice in taken.advices:
            advice.refresh_from_db()
    return taken


def _drafts(company: Company, content: bytes, filename: str) -> list[AdviceDraft]:
    if not content.lstrip().startswith(_PDF):
        return read_sheet(content, filename)
    told = read_text(read_lines(content, filename))
    known = _known_names(company, (name for line in told.lines for name in line.names))
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
def _keep(  # noqa: PLR0913 - what came, from whom
    company: Company,
    drafts: Sequence[AdviceDraft],
    content: bytes,
    filename: str,
    customer: Customer | None,
    *,
    by: Actor,
    on: date,
) -> AdvicesTaken:
    """All advices of the file or none; the company is locked, so that two at once are in turn."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    sha256 = hashlib.sha256(content).hexdigest()
    known = {
        advice.reference: advice
        for advice in RemittanceAdvice.objects.filter(company=company, sha256=sha256).exclude(
            state=RemittanceAdvice.State.DROPPED
        )
    }
    taken = AdvicesTaken()
    found = _Items(company, drafts, customer)
    document: StoredDocument | None = None
    for draft in drafts:
        advice = known.get(draft.reference)
        if advice is None:
            document = document or _stored(company, content, filename)
            advice = _written(company, draft, found, document, sha256, customer, by=by, on=on)
            taken.new_count += 1
        taken.advices.append(advice)
    if not taken.advices or not found.is_any:
        raise InvalidInput(
            "advice.nothing",
            _(
                "“%(file)s” names no document of %(company)s with an amount. A list needs columns"
                " like “Document” and “Amount”; a PDF a line a document."
            )
            % {"file": filename[:80], "company": company},
            field="file",
        )
    return taken


def _stored(company: Company, content: bytes, filename: str) -> StoredDocument:
    kind = next((type_ for mark, type_ in _TYPES.items() if content.startswith(mark)), "text/csv")
    return store_document(
        content,
        company_id=company.pk,
        kind="remittance_advice",
        filename=filename,
        content_type=kind,
    )


class _Items:
    """Which item a line means, looked up for a whole file at once."""

    def __init__(
        self, company: Company, drafts: Sequence[AdviceDraft], customer: Customer | None
    ) -> None:
        self.customer_id = customer.pk if customer else 0
        self._by_token: dict[str, list[OpenItem]] = defaultdict(list)
        tokens = {normalise(line.told) for draft in drafts for line in draft.lines}
        rows = ItemReference.objects.filter(
            company_id=company.pk, token__in={t for t in tokens if len(t) >= MIN_LENGTH}
        )
        for row in rows.select_related("item").order_by("item__due_on", "item"):
            self._by_token[row.token].append(row.item)
        self.is_any = bool(self._by_token)

    def of(self, line: LineTold, taken: set[int]) -> OpenItem | None:
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


def _written(  # noqa: PLR0913 - what came, from whom
    company: Company,
    draft: AdviceDraft,
    found: _Items,
    document: StoredDocument,
    sha256: str,
    customer: Customer | None,
    *,
    by: Actor,
    on: date,
) -> RemittanceAdvice:
    taken: set[int] = set()
    pairs = []
    for line in draft.lines:
        item = found.of(line, taken)
        if item:
            taken.add(item.pk)
        pairs.append((line, item))
    amounts = [line.amount for line, _item in pairs]
    total = draft.total if draft.total is not None else sum(amounts, ZERO)
    owners = {item.customer for _line, item in pairs if item}
    advice = RemittanceAdvice.objects.create(
        company=company,
        document=document,
        sha256=sha256,
        reference=draft.reference[:60],
        payer_name=draft.payer_name[:200],
        customer=customer or (owners.pop() if len(owners) == 1 else None),
        paid_on=draft.paid_on,
        currency=draft.currency or company.currency,
        amount=total,
        is_complete=adds_up(amounts, total) and all(item for _line, item in pairs),
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
        for position, (line, item) in enumerate(pairs, start=1)
    )
    record_event(
        "advice.taken",
        advice,
        by=by,
        on=on,
        label=str(advice),
        amount=advice.amount,
        currency=advice.currency,
        count=len(pairs),
    )
    return advice


def _waiting_for(company: Company, advices: Iterable[RemittanceAdvice]) -> list[int]:
    amounts = {advice.amount for advice in advices if advice.is_complete}
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
