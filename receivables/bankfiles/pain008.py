"""Write a direct debit order (pain.008) and prove it by its schema before anybody keeps it.

``sepaxml`` builds the XML and ships the schemas; its ids and time are chance, so ours replace
them: the same run gives the same bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import sepaxml
from django.utils.translation import gettext as _
from lxml import etree
from text_unidecode import unidecode

from core import safe_xml
from o2c.errors import InvalidInput

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "&": "+"}
)
_NOT_SEPA = re.compile(r"[^A-Za-z0-9+?/:().,' -]+")


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects, on which account; ``identifier`` is the SEPA creditor identifier."""

    name: str
    iban: str
    bic: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Collection:
    """One transaction; ``amount`` in EUR, ``sequence`` FRST or RCUR."""

    end_to_end_id: str
    amount: Decimal
    sequence: str
    mandate: str
    signed_on: date
    holder: str
    iban: str
    bic: str
    text: str


def write(  # noqa: PLR0913 - an order has that many parts
    number: str,
    creditor: Creditor,
    collections: Sequence[Collection],
    *,
    schema: str,
    scheme: str,
    collect_on: date,
    created_on: date,
) -> bytes:
    """The order as bytes, valid by ``schema`` (``pain.008.001.08``); a batch per sequence.

    Message id is ``number``, the batches are ``number-FRST`` and ``number-RCUR``. Raises
    ``InvalidInput`` with what the schema says.
    """
    config: dict[str, Any] = {
        "name": plain(creditor.name, 70),
        "IBAN": creditor.iban,
        "BIC": creditor.bic,
        "batch": True,
        "creditor_id": creditor.identifier,
        "currency": "EUR",
        "instrument": scheme,
    }
    if not creditor.bic and schema != "pain.008.001.02":
        del config["BIC"]
    order = sepaxml.SepaDD(config, schema=schema, clean=True)
    for one in collections:
        order.add_payment(_payment(one, collect_on))
    root = safe_xml.parse(order.export(validate=False))
    _name(root, number, created_on)
    _prove(root, schema)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def plain(text: str, length: int) -> str:
    """In the signs that every bank takes, umlauts written out by their nearest letter."""
    spelled = unidecode(text.translate(_SPELLED))
    return " ".join(_NOT_SEPA.sub(" ", spelled).split())[:length].strip()


def _payment(one: Collection, collect_on: date) -> dict[str, Any]:
    payment = {
        "name": plain(one.holder, 70),
        "IBAN": one.iban,
        "amount": int(one.amount * 100),
        "type": one.sequence,
        "collection_date": collect_on,
        "mandate_id": one.mandate,
        "mandate_date": one.signed_on,
        "description": plain(one.text, 140),
        "endtoend_id": one.end_to_end_id,
    }
    return payment | ({"BIC": one.bic} if one.bic else {})


def _name(root: Any, number: str, created_on: date) -> None:
    space = f"{{{etree.QName(root).namespace}}}"
    header = root.find(f".//{space}GrpHdr")
    header.find(f"{space}MsgId").text = number
    header.find(f"{space}CreDtTm").text = f"{created_on.isoformat()}T00:00:00"
    for batch in root.iter(f"{space}PmtInf"):
        sequence = batch.findtext(f"{space}PmtTpInf/{space}SeqTp")
        batch.find(f"{space}PmtInfId").text = f"{number}-{sequence}"


@lru_cache(maxsize=4)
def _schema(name: str) -> etree.XMLSchema:
    folder = Path(sepaxml.__file__).parent / "schemas"
    return etree.XMLSchema(etree.parse(folder / f"{name}.xsd"))


def _prove(root: Any, schema: str) -> None:
    judge = _schema(schema)
    if not judge.validate(root):
        first = judge.error_log[0]
        raise InvalidInput(
            "debit.schema",
            _("The bank's order is not valid: %(message)s Mend the mandate or the company.")
            % {"message": first.message},
        )
