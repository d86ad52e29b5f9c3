"""What makes a PDF a hybrid invoice: its XML inside, and the metadata that name it."""

from collections.abc import Iterable

from core.letters import Enclosure, Extras
from invoicing.einvoice import SupportingFile

ATTACHMENT = "factur-x.xml"
FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

_PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "version of the Factur-X XML schema",
    "ConformanceLevel": "conformance level of the embedded Factur-X data",
}


def hybrid(xml: bytes, files: Iterable[SupportingFile] = ()) -> Extras:
    """The invoice's XML as its own alternative, with the metadata readers look for.

    Files that go with the invoice (BG-24) are supplements beside it.
    """
    enclosures = [Enclosure(ATTACHMENT, xml, "Alternative", "Factur-X/ZUGFeRD EN 16931")]
    enclosures += [Enclosure(one.name, one.content, "Supplement", one.description) for one in files]
    return Extras(enclosures=enclosures, rdf=(factur_x_metadata(),))


def factur_x_metadata() -> bytes:
    """RDF descriptions for the XMP: the fx properties, and the extension schema PDF/A asks for."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"
        for name, text in _PROPERTIES.items()
    )
    return f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:fx="{FACTUR_X}">
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{ATTACHMENT}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{FACTUR_X}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>""".encode()
