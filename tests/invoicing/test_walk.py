"""The short walk through an invoice finds what the official walk finds, byte for byte."""

import random

import pytest
from lxml import etree
from saxonche import PySaxonApiError

from invoicing.einvoice import build_cii
from invoicing.einvoice.validate import STYLESHEET, UBL_STYLESHEET, Judge
from invoicing.einvoice.walk import frame
from tests.invoicing.facts import a_credit_note, a_line, an_invoice
from tests.invoicing.test_einvoice import BROKEN

WHOLE = {
    "invoice": an_invoice(a_line(), a_line(2, discount_rate=a_line().vat_rate)),
    "credit": a_credit_note(an_invoice()),
    **BROKEN,
}


@pytest.fixture(scope="module")
def judges():
    """The rules as they are shipped, and in our frame; both in this thread."""
    shipped, framed = Judge(None), Judge(frame(STYLESHEET))
    return lambda xml: (_report(shipped, xml), _report(framed, xml))


def _report(judge, xml):
    """What the rules say, or that they fall over this document."""
    try:
        return judge.report(xml)
    except PySaxonApiError:
        return "no answer"


@pytest.mark.parametrize("name", WHOLE)
def test_both_walks_say_the_same_of_documents(judges, name):
    shipped, framed = judges(build_cii(WHOLE[name]).decode())
    assert "fired-rule" in shipped
    assert framed == shipped


@pytest.mark.parametrize("seed", range(60))
def test_both_walks_say_the_same_of_mutilated_documents(judges, seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable
    names = sorted(WHOLE)
    xml = etree.fromstring(build_cii(WHOLE[draw.choice(names)]))
    for _cut in range(draw.randint(1, 12)):
        _mutilate(xml, draw)
    shipped, framed = judges(etree.tostring(xml).decode())
    assert framed == shipped


def _mutilate(xml, draw):
    """Drop, double, empty or rename an element, or take its attributes away."""
    one = draw.choice([node for node in xml.iter() if node.getparent() is not None])
    around = one.getparent()
    act = draw.randrange(5)
    if act == 0:
        around.remove(one)
    elif act == 1:
        one.addnext(etree.fromstring(etree.tostring(one)))
    elif act == 2:
        one.text = draw.choice(["", "x", "-1", "0", "  "])
    elif act == 3:
        one.tag = draw.choice([node.tag for node in xml.iter()])
    else:
        one.attrib.clear()


@pytest.mark.parametrize(
    "strange",
    [
        '<xsl:template match="ram:ID" mode="M5" priority="9"/>',
        '<xsl:template match="/" mode="M6"/>',
        '<xsl:template match="//a[current()]" mode="M6"/>',
        '<xsl:template match="//a"/>',
        '<xsl:template name="x"><xsl:apply-templates mode="M7" select="//b"/></xsl:template>',
    ],
)
def test_rules_built_in_another_way_get_no_frame(tmp_path, strange):
    text = STYLESHEET.read_text()
    changed = tmp_path / "rules.xslt"
    changed.write_text(text)
    assert frame(changed)
    changed.write_text(text.replace("</xsl:stylesheet>", f"{strange}</xsl:stylesheet>"))
    assert frame(changed) is None


def test_the_rules_of_ubl_run_as_they_are_shipped():
    """They name nodes without their root, which a frame cannot begin at; three walks are few."""
    assert frame(UBL_STYLESHEET) is None
