"""Import order files: every order of a file on its own, the original kept, nothing twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, StoredDocument
from core.services import require_open, store_document
from orders.models import Order
from orders.readers import read_orders
from orders.services.create_order import write_orders
from orders.services.planning import OrderPlan, plan_orders

KIND = "order_import"
_TYPES = {b"PK": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    """What became of one order of a file.

    ``outcome`` is ``created``, ``known`` (imported before, nothing done) or ``refused`` (with the
    problems); ``warnings`` tell what a person should look at before the order is submitted.
    """

    label: str
    outcome: str
    order: Order | None = None
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()


def import_orders(
    company: Company, content: bytes, filename: str, *, by: Actor, on: date
) -> list[ImportedOrder]:
    """Read a UBL, CSV or XLSX file and store each order that has no problem as a draft.

    An order with a problem is refused whole and does not hold up the others. The same file again
    changes nothing, except that orders refused before are tried again. The original is kept with
    the orders it gave. Raises: InvalidInput when the file can't be read; Conflict when the company
    is closed; PermissionMissing.
    """
    require(by, "orders.enter", company.pk)
    require_open(company)
    drafts = read_orders(content, filename)
    digest = hashlib.sha256(content).hexdigest()
    keys = [f"{digest}:{index}" for index in range(1, len(drafts) + 1)]
    known = _known(company, keys)
    fresh = [index for index, key in enumerate(keys) if key not in known]
    plans = plan_orders(company, [drafts[index] for index in fresh], on=on)
    good = [(index, plan) for index, plan in zip(fresh, plans, strict=True) if not plan.problems]
    try:
        created = _store(company, good, keys, content, filename, by=by, on=on)
    except IntegrityError:
        # The same file was imported beside us: by now all of its orders are known.
        known, created = _known(company, keys), {}
    by_index = dict(zip(fresh, plans, strict=True))
    return [
        _result(drafts[index].source_label, known.get(key), created.get(index), by_index.get(index))
        for index, key in enumerate(keys)
    ]


def _known(company: Company, keys: Sequence[str]) -> dict[str, Order]:
    orders = Order.objects.filter(company=company, source_key__in=keys)
    return {order.source_key: order for order in orders}


def _store(  # noqa: PLR0913 - the act's own facts
    company: Company,
    good: Sequence[tuple[int, OrderPlan]],
    keys: Sequence[str],
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
) -> dict[int, Order]:
    if not good:
        return {}
    with transaction.atomic():
        orders = write_orders(
            company,
            [plan for _index, plan in good],
            by=by,
            on=on,
            source=_original(company, content, filename),
            keys=[keys[index] for index, _plan in good],
        )
    return {index: order for (index, _plan), order in zip(good, orders, strict=True)}


def _original(company: Company, content: bytes, filename: str) -> StoredDocument:
    """The file as it came, kept once however often it is sent."""
    digest = hashlib.sha256(content).hexdigest()
    kept = StoredDocument.objects.filter(company=company, kind=KIND, sha256=digest).first()
    if kept is not None:
        return kept
    xml = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    return store_document(
        content,
        company_id=company.pk,
        kind=KIND,
        filename=filename,
        content_type="application/xml" if xml else _TYPES.get(content[:2], "text/csv"),
    )


def _result(
    label: str, known: Order | None, created: Order | None, plan: OrderPlan | None
) -> ImportedOrder:
    if known is not None:
        return ImportedOrder(label, "known", known)
    if created is not None:
        return ImportedOrder(label, "created", created, warnings=plan.warnings if plan else ())
    problems = (
        plan.problems if plan and plan.problems else [_("It could not be stored; try again.")]
    )
    return ImportedOrder(label, "refused", problems=problems)
