"""Write a credit transfer order (pain.001) and prove it by its schema before anybody keeps it.

Two versions differ in the words for the bank and the day. The schemas come with ``sepaxml``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import sepaxml
from django.utils.translation import gettext as _
from lxml import etree
from lxml.etree import _Element

from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.bankfiles.pain008 import plain

V9, V3 = "pain.001.001.09", "pain.001.001.03"


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays, from which account; ``bic`` may be empty."""

    name: str
    iban: str
    bic: str
    currency: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transaction; ``amount`` in the debtor's currency."""

    end_to_end_id: str
    amount: Decimal
    holder: str
    iban: str
    bic: str
    text: str


def write(
    number: str,
    debtor: Debtor,
    transfers: Sequence[Transfer],
    *,
    schema: str,
    execute_on: date,
    created_on: date,
) -> bytes:
    """The order as bytes, valid by ``schema``; each transfer is asked to be booked by itself.

    Message and batch id are ``number``; in EUR it is a SEPA transfer, else the fees are shared.
    Raises ``InvalidInput`` with what the schema says.
    """
    space = f"urn:iso:std:iso:20022:tech:xsd:{schema}"
    root = etree.Element(f"{{{space}}}Document", nsmap={None: space})
    order = _in(root, "CstmrCdtTrfInitn")
    header = _in(order, "GrpHdr")
    _in(header, "MsgId", number)
    _in(header, "CreDtTm", f"{created_on.isoformat()}T00:00:00")
    _sums(header, transfers)
    _in(_in(header, "InitgPty"), "Nm", plain(debtor.name, 70))
    batch = _in(order, "PmtInf")
    _in(batch, "PmtInfId", number)
    _in(batch, "PmtMtd", "TRF")
    _in(batch, "BtchBookg", "false")
    _sums(batch, transfers)
    _paying(batch, debtor, execute_on, schema)
    for one in transfers:
        _transfer(batch, one, debtor.currency, schema)
    _prove(root, schema)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _sums(parent: _Element, transfers: Sequence[Transfer]) -> None:
    _in(parent, "NbOfTxs", str(len(transfers)))
    _in(parent, "CtrlSum", str(sum((one.amount for one in transfers), ZERO)))


def _paying(batch: _Element, debtor: Debtor, execute_on: date, schema: str) -> None:
    """Who pays, when, how fast, and who bears the fees."""
    is_sepa = debtor.currency == "EUR"
    if is_sepa:
        _in(_in(_in(batch, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    if schema == V9:
        _in(_in(batch, "ReqdExctnDt"), "Dt", execute_on.isoformat())
    else:
        _in(batch, "ReqdExctnDt", execute_on.isoformat())
    _in(_in(batch, "Dbtr"), "Nm", plain(debtor.name, 70))
    _in(_in(_in(batch, "DbtrAcct"), "Id"), "IBAN", debtor.iban)
    _bank(batch, "DbtrAgt", debtor.bic, schema)
    _in(batch, "ChrgBr", "SLEV" if is_sepa else "SHAR")


def _transfer(batch: _Element, one: Transfer, currency: str, schema: str) -> None:
    row = _in(batch, "CdtTrfTxInf")
    _in(_in(row, "PmtId"), "EndToEndId", one.end_to_end_id)
    _in(_in(row, "Amt"), "InstdAmt", str(one.amount)).set("Ccy", currency)
    if one.bic:
        _bank(row, "CdtrAgt", one.bic, schema)
    _in(_in(row, "Cdtr"), "Nm", plain(one.holder, 70))
    _in(_in(_in(row, "CdtrAcct"), "Id"), "IBAN", one.iban)
    _in(_in(row, "RmtInf"), "Ustrd", plain(one.text, 140))


def _bank(parent: _Element, role: str, bic: str, schema: str) -> None:
    bank = _in(_in(parent, role), "FinInstnId")
    if bic:
        _in(bank, "BICFI" if schema == V9 else "BIC", bic)
    else:
        _in(_in(bank, "Othr"), "Id", "NOTPROVIDED")


def _in(parent: _Element, tag: str, text: str = "") -> _Element:
    child = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}")
    child.text = text or None
    return child


@lru_cache(maxsize=2)
def _schema(name: str) -> etree.XMLSchema:
    folder = Path(sepaxml.__file__).parent / "schemas"
    return etree.XMLSchema(etree.parse(folder / f"{name}.xsd"))


def _prove(root: _Element, schema: str) -> None:
    judge = _schema(schema)
    if not judge.validate(root):
        raise InvalidInput(
            "refund.schema",
            _("The bank's order is not valid: %(message)s Mend the account or the company.")
            % {"message": judge.error_log[0].message},
        )
