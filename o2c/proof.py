"""Proof: the invariants of the domain, checked on the live database.

Every room proves its own rows; what holds between rooms is proved here. A breach is one sentence
that names the row and both figures. Used by ``manage.py prove``, after every database test, and
by the close cockpit.
"""

from collections.abc import Iterator

from django.db import connection

import disputes.proof
import fulfillment.proof
import invoicing.proof
import receivables.proof
import reporting.proof
from core.models import Company, NumberSeries
from core.proofs import Check, check_of
from core.services import verify_chain


def breaches(company: Company, *, is_quick: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (name of the check, what is wrong) for one company; nothing means proved.

    ``is_quick`` leaves out the event chain, whose proof reads every event ever written.
    """
    for name, check in checks(is_quick=is_quick).items():
        for breach in check(company):
            yield name, breach


def checks(*, is_quick: bool = False) -> dict[str, Check]:
    """Every check by its name."""
    all_checks: dict[str, Check] = {
        **receivables.proof.CHECKS,
        **disputes.proof.CHECKS,
        **invoicing.proof.CHECKS,
        **fulfillment.proof.CHECKS,
        **reporting.proof.CHECKS,
        "orders: totals are the sum of their lines and charges": check_of(
            _ORDER_TOTALS, "Order {0}: net {1}, lines and charges sum to {2}."
        ),
        "numbers: no gap and no twin": _number_gaps,
    }
    if not is_quick:
        all_checks["events: the chain is whole"] = lambda company: verify_chain(company.pk)
    return all_checks


_ORDER_TOTALS = """
SELECT o.number, o.net_amount, sum(part.net)
  FROM orders_order AS o
  JOIN (SELECT order_id, net_amount AS net FROM orders_orderline
        UNION ALL
        SELECT order_id, CASE WHEN is_charge THEN amount ELSE -amount END
          FROM orders_ordercharge) AS part ON part.order_id = o.id
 WHERE o.company_id = %(company)s
 GROUP BY o.id HAVING o.net_amount <> sum(part.net)
"""
_NUMBERED = {
    NumberSeries.Kind.INVOICE: ("invoicing_invoice", "kind <> 'credit_note'"),
    NumberSeries.Kind.CREDIT_NOTE: ("invoicing_invoice", "kind = 'credit_note'"),
    NumberSeries.Kind.SHIPMENT: ("fulfillment_shipment", "true"),
    NumberSeries.Kind.ORDER: ("orders_order", "true"),
    NumberSeries.Kind.SUBSCRIPTION: ("invoicing_subscription", "true"),
    NumberSeries.Kind.DUNNING_RUN: ("dunning_dunningrun", "true"),
    NumberSeries.Kind.RECEIPT: ("receivables_receipt", "true"),
    NumberSeries.Kind.DEPOSIT: ("receivables_depositslip", "true"),
    NumberSeries.Kind.NETTING: ("receivables_netting", "true"),
}


def _number_gaps(company: Company) -> list[str]:
    """Numbers given out must all be there: as many documents as the counter has counted."""
    found = []
    for series in NumberSeries.objects.filter(company=company, kind__in=_NUMBERED):
        table, condition = _NUMBERED[NumberSeries.Kind(series.kind)]
        found += _rows(
            f"""
            SELECT %s, %s, count(*), count(DISTINCT number) FROM {table}
            WHERE company_id = %s AND number LIKE %s AND {condition}
            HAVING count(*) <> %s OR count(DISTINCT number) <> %s
            """,  # noqa: S608 - names from the table above
            [
                series.get_kind_display(),
                series.next_value - 1,
                company.pk,
                series.prefix.replace("%", r"\%").replace("_", r"\_") + "%",
                series.next_value - 1,
                series.next_value - 1,
            ],
            "Series {0}: {1} numbers were given out, {2} documents carry one ({3} different).",
        )
    return found


def _rows(sql: str, params: list[str | int | None], sentence: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [sentence.format(*row) for row in cursor.fetchall()]
