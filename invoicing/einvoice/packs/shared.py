"""Rules that the Peppol network and XRechnung, which took them over, both set."""

from django.utils.translation import gettext_noop as noop

from invoicing.einvoice.packs.rule import Rule, charges, figure, has
from invoicing.einvoice.terms import Terms

SLACK = figure("0.02")


def _rate_makes_amount(terms: Terms) -> bool:
    return all(
        abs(figure(one["base_amount"]) * figure(one["rate"]) / 100 - figure(one["amount"])) <= SLACK
        for one in charges(terms)
        if "rate" in one and "base_amount" in one
    )


def _vat_totals_agree(terms: Terms) -> bool:
    return "BT-111" not in terms or figure(terms["BT-111"]) * figure(terms["BT-110"]) >= 0


def _lines_within(terms: Terms, start: str, of_line: str, *, is_start: bool) -> bool:
    bound = terms.get(start)
    days = [line[of_line] for line in terms["BG-25"] if of_line in line]
    return bound is None or all(day >= bound if is_start else day <= bound for day in days)


def _line_nets_agree(terms: Terms) -> bool:
    return all(_net_agrees(line) for line in terms["BG-25"])


def _net_agrees(line: Terms) -> bool:
    base = figure(line.get("BT-149")) or 1
    gross = figure(line["BT-129"]) * figure(line["BT-146"]) / base
    less = sum(figure(one["amount"]) for one in line.get("BG-27", []))
    more = sum(figure(one["amount"]) for one in line.get("BG-28", []))
    return abs(gross - less + more - figure(line["BT-131"])) <= SLACK


RULES = [
    Rule(
        "PEPPOL-EN16931-R010",
        noop("The customer has no electronic address. Enter its endpoint."),
        "customer.endpoint_id",
        has("BG-7", "einvoicing_addr"),
    ),
    Rule(
        "PEPPOL-EN16931-R020",
        noop("Our company has no electronic address: it follows from the VAT id."),
        "company.vat_id",
        has("BG-4", "einvoicing_addr"),
    ),
    Rule(
        "PEPPOL-EN16931-R040",
        noop("The amount of a charge or discount differs from its percentage of its base."),
        "order.charges",
        _rate_makes_amount,
    ),
    Rule(
        "PEPPOL-EN16931-R055",
        noop("The VAT in the currency of the books has another sign than the VAT."),
        "order.lines",
        _vat_totals_agree,
    ),
    Rule(
        "PEPPOL-EN16931-R061",
        noop("Direct debit needs the reference of the mandate."),
        "customer.mandate",
        lambda terms: terms.get("BT-81") not in ("49", "59") or "BT-89" in terms,
    ),
    Rule(
        "PEPPOL-EN16931-R110",
        noop("The period of a line begins before that of the invoice."),
        "period_from",
        lambda terms: _lines_within(terms, "BT-73", "BT-134", is_start=True),
    ),
    Rule(
        "PEPPOL-EN16931-R111",
        noop("The period of a line ends after that of the invoice."),
        "period_to",
        lambda terms: _lines_within(terms, "BT-74", "BT-135", is_start=False),
    ),
    Rule(
        "PEPPOL-EN16931-R120",
        noop("The amount of a line differs from quantity times price less its discount."),
        "order.lines",
        _line_nets_agree,
    ),
    Rule(
        "PEPPOL-EN16931-R121",
        noop("A price is for a quantity of nought or less."),
        "order.lines",
        lambda terms: all(
            figure(line["BT-149"]) > 0 for line in terms["BG-25"] if "BT-149" in line
        ),
    ),
]
