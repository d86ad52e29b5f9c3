"""The bank's answers to our orders (pain.002): what it rejected is free again, once."""

from decimal import Decimal as D

import pytest

import receivables.services as receivables
from core.models import Event, Notification
from receivables.bankfiles import pain002
from receivables.models import BankRefund, OpenItem
from tests.receivables.make import ROBOT, imported, item
from tests.receivables.test_bank_refunds import PAY_DAY, Desk
from tests.receivables.test_collecting import Days, state

pytestmark = pytest.mark.django_db


def report(message: str, *, group: str = "PART", batches: str = "", version: str = "10") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">'
        "<CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain</OrgnlMsgNmId>"
        f"<GrpSts>{group}</GrpSts>{reason('FF01') if group == 'RJCT' else ''}"
        f"</OrgnlGrpInfAndSts>{batches}</CstmrPmtStsRpt></Document>"
    ).encode()


def reason(code: str, text: str = "") -> str:
    more = f"<AddtlInf>{text}</AddtlInf>" if text else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{more}</StsRsnInf>"


def batch(number: str, *rows: str, status: str = "PART") -> str:
    told = f"<PmtInfSts>{status}</PmtInfSts>" + (reason("AG01") if status == "RJCT" else "")
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{number}</OrgnlPmtInfId>{told}{''.join(rows)}"
        "</OrgnlPmtInfAndSts>"
    )


def row(name: str, status: str = "RJCT") -> str:
    told = reason("AC04", "closed") if status == "RJCT" else ""
    name_ = f"<OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
    return f"<TxInfAndSts>{name_}{told}</TxInfAndSts>"


def test_the_innermost_status_counts():
    whole = pain002.read(report("PR-1", group="RJCT", version="03"))
    assert [(one.batch, one.end_to_end_id, one.reason) for one in whole.rejections] == [
        ("", "", "FF01")
    ]
    content = report(
        "DD-1", batches=batch("DD-1-FRST", status="RJCT")
        + batch("DD-1-RCUR", row("A"), row("B", "ACSP")),
    )  # fmt: skip
    found = [(one.batch, one.end_to_end_id, one.reason) for one in pain002.read(content).rejections]
    assert found == [("DD-1-FRST", "", "AG01"), ("DD-1-RCUR", "A", "AC04 closed")]
    assert pain002.read(report("PR-1", group="ACCP")).rejections == ()
    # A transaction without its name is one of the batch, never all of it: the rest is being paid.
    nameless = report("PR-1", batches=batch("PR-1", row("")))
    assert pain002.read(nameless).rejections == ()


def test_rejected_refunds_open_their_credit_once():
    desk = Desk()
    first, second = desk.credit(), desk.credit("7.50", "noch was")
    rows = [desk.approve(desk.propose(first)), desk.approve(desk.propose(second, "7.50"))]
    run = desk.order()
    content = report(run.number, batches=batch(run.number, row(rows[0].end_to_end_id)))
    for _twice in range(2):
        file = imported(desk.company, content, on=PAY_DAY)
        assert (file.state, file.format) == ("details", "pain.002")
    assert "1 transaction" in file.message
    states = {one.pk: (one.state, one.return_reason) for one in BankRefund.objects.all()}
    assert states == {rows[0].pk: ("returned", "AC04 closed"), rows[1].pk: ("sent", "")}
    assert OpenItem.objects.get(pk=first.pk).outstanding_amount == D("-50.00")
    assert Notification.objects.filter(user=desk.clerk, title__contains="AC04").exists()
    # The whole order: only what is still there comes back.
    file = imported(desk.company, report(run.number, group="RJCT"), on=PAY_DAY)
    assert "1 transaction" in file.message
    assert OpenItem.objects.get(pk=second.pk).outstanding_amount == D("-7.50")
    for content, told in ((report("PR-999999"), "none of this"), (report(""), "not name")):
        file = imported(desk.company, content, on=PAY_DAY)
        assert (file.state, told in file.message) == ("refused", True)


def test_rejected_debits_are_free_for_the_next_run():
    days = Days()
    one, other = item(days.customer()), item(days.customer("Zweite AG"))
    run = days.run()
    name = one.debits.get().end_to_end_id
    days.bank_file = imported(days.company, report(run.number, batches=batch("x", row(name))))
    assert (state(one), state(other)) == (["dropped"], ["sent"])
    assert one.debits.get().return_reason == "AC04 closed"
    assert Event.objects.about(run).filter(name="debit.rejected").exists()
    account = run.bank_account_id
    plan = receivables.DebitPlan(account, receivables.first_day(days.company, run.collect_on))
    again = receivables.propose_debits(days.company, plan, disputed={}, by=ROBOT, on=run.collect_on)
    assert list(again.debits.values_list("item", flat=True)) == [one.pk]
