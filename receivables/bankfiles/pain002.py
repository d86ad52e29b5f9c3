"""Read a status report on payment orders (pain.002): what the bank took, and what it rejected.

Read by structure in any version: the status of the message, of each batch and of each transaction;
the innermost that is told counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from core import safe_xml
from o2c.errors import InvalidInput

ROOT = "CstmrPmtStsRpt"
REJECTED = "RJCT"


@dataclass(frozen=True, slots=True)
class Rejection:
    """What was not carried out: a transaction by its end-to-end id, or without one all of a batch.

    ``message`` is the id of our order, ``batch`` empty where all of the message is meant;
    ``reason`` the bank's code with its text.
    """

    message: str
    batch: str
    end_to_end_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The order it is about, and what of it was rejected; nothing rejected: all was taken."""

    message: str
    rejections: tuple[Rejection, ...]


def is_report(start: bytes) -> bool:
    """Whether a file that begins so is a status report."""
    return ROOT.encode() in start


def read(content: bytes) -> StatusReport:
    """The report in a file. Raises ``InvalidInput`` for one that names no order."""
    root = safe_xml.parse(content)
    report = next((one for one in root.iter() if _tag(one) == ROOT), None)
    group = _child(report, "OrgnlGrpInfAndSts")
    message = _text(group, "OrgnlMsgId")
    if report is None or not message:
        raise InvalidInput(
            "bankfile.report",
            _("This status report (pain.002) does not name the order it is about."),
        )
    return StatusReport(message, tuple(_rejections(report, group, message)))


def _rejections(report: Any, group: Any, message: str) -> Iterator[Rejection]:
    batches = [one for one in report if _tag(one) == "OrgnlPmtInfAndSts"]
    found = [one for batch in batches for one in _of_batch(batch, message)]
    yield from found
    if _text(group, "GrpSts") == REJECTED and not found:
        yield Rejection(message, "", "", _reason(group))


def _of_batch(batch: Any, message: str) -> Iterator[Rejection]:
    number = _text(batch, "OrgnlPmtInfId")
    rows = [one for one in batch if _tag(one) == "TxInfAndSts"]
    if not rows and _text(batch, "PmtInfSts") == REJECTED:
        yield Rejection(message, number, "", _reason(batch))
    for row in rows:
        status = _text(row, "TxSts") or _text(batch, "PmtInfSts")
        name = _text(row, "OrgnlEndToEndId")
        if status == REJECTED and name:  # without a name it is one of the batch, not all of it
            yield Rejection(message, number, name, _reason(row) or _reason(batch))


def _reason(parent: Any) -> str:
    told = _child(parent, "StsRsnInf")
    reason = _child(told, "Rsn")
    code = _text(reason, "Cd") or _text(reason, "Prtry")
    return " ".join(part for part in (code, _text(told, "AddtlInf")) if part)


def _child(parent: Any, tag: str) -> Any:
    if parent is None:
        return None
    return next((one for one in parent if _tag(one) == tag), None)


def _text(parent: Any, tag: str) -> str:
    child = _child(parent, tag)
    return "" if child is None else (child.text or "").strip()


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
