"""W7: an issued invoice becomes its PDF and its XML, in one worker."""

import time
from collections import defaultdict
from collections.abc import Iterator

from invoicing.einvoice import build_cii
from invoicing.models import Invoice
from invoicing.pdf import invoice_pdf
from invoicing.services import facts_of, produce_documents
from o2c.bench.dataset import AS_OF, order_lines
from o2c.bench.figures import Clock, Figure, peak_mib
from o2c.bench.orders import acts, open_shop
from o2c.flow import BILLING

INVOICES, WARM_UPS = 100, 3


def measure(*, count: int = INVOICES) -> Iterator[Figure]:
    """Facts, XML and PDF apart, then all of it with storing and its event, as the worker does."""
    shop = open_shop()
    wanted = [shop.draft(*one) for one in order_lines(count + WARM_UPS)]
    acts(shop, wanted, Clock())
    due = list(Invoice.objects.awaiting_documents().order_by("pk").values_list("pk", flat=True))
    for pk in due[:WARM_UPS]:
        produce_documents(pk, by=BILLING, on=AS_OF)
    parts, whole = Clock(), Clock()
    processor: dict[str, float] = defaultdict(float)
    sizes = sum(_one(pk, parts, processor) for pk in due[WARM_UPS:])
    before = peak_mib()
    for pk in due[WARM_UPS:]:
        with whole.step("all"):
            produce_documents(pk, by=BILLING, on=AS_OF)
    name = f"W7 {count} invoices"
    yield Figure(name, "PDF and XML", count / whole.total, "invoices/s")
    for step, seconds in parts.seconds.items():
        yield Figure(name, step, seconds * 1000 / count, "ms/invoice")
    for step, seconds in processor.items():
        yield Figure(name, f"{step}, processor", seconds * 1000 / count, "ms/invoice")
    yield Figure(name, "all, with storing", whole.total * 1000 / count, "ms/invoice")
    yield Figure(name, "SQL statements", whole.statements["all"] / count, "per invoice")
    yield Figure(name, "size of a PDF", sizes / count / 1024, "KiB")
    yield Figure(name, "peak memory", peak_mib(), "MiB")
    yield Figure(name, "memory grown", peak_mib() - before, "MiB")


def _one(pk: int, clock: Clock, processor: dict[str, float]) -> int:
    """Each part of one invoice on the clock, also on that of the processor, which does not count
    what others do on the machine; the size of its PDF."""
    related = ("company", "customer", "order", "payment_terms", "shipment", "corrects")
    rows = Invoice.objects.select_related(*related)
    with clock.step("facts"):
        invoice = rows.get(pk=pk)
        facts = facts_of(invoice)
    began = time.process_time()
    with clock.step("XML"):
        xml = build_cii(facts)
    written = time.process_time()
    with clock.step("PDF"):
        pdf = invoice_pdf(facts, xml, sender=invoice.seller)
    processor["XML"] += written - began
    processor["PDF"] += time.process_time() - written
    return len(pdf)
