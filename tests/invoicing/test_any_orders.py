"""Any order, lived through the product's verbs, ends in documents that agree and are accepted.

A few by default; ``ANY_ORDERS`` and ``ANY_SEED`` say how many stories and from which seed on (each
has its own), ``EINVOICE_JUDGE`` names the official judge's script for the four forms of each
document:

    ANY_ORDERS=700 ANY_SEED=7000 EINVOICE_JUDGE=… pytest tests/invoicing/test_any_orders.py -s
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection, transaction

from invoicing.einvoice import PROFILES, build_xml
from invoicing.models import Invoice
from invoicing.services import FormUnfit, einvoice_of, facts_of
from tests.invoicing import official_judge
from tests.invoicing.any_orders import Story, a_story
from tests.invoicing.lived import Lived, Seller, a_seller, live
from tests.invoicing.same_figures import differences, differences_of_form

ORDERS = int(os.environ.get("ANY_ORDERS", "12"))
SEED = int(os.environ.get("ANY_SEED", "1"))
FORMS = ("zugferd", "xrechnung-ubl", "xrechnung-cii", "peppol")


@dataclass
class Seen:
    """What was made, refused and found wrong."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    sent: list[Path] = field(default_factory=list)
    unfit: list[Path] = field(default_factory=list)

    def take(self, seed: int, story: Story, lived: Lived) -> None:
        """Look at all that came of a story."""
        self.counts["orders"] += 1
        self.refusals += lived.refusals
        found = list(lived.breaches)
        for invoice in lived.documents:
            self._count(invoice)
            found += differences(invoice)
            for form in FORMS:
                found += self._form(invoice, form)
        self.wrong += [f"seed {seed}: {words}\n  of {story}" for words in found]

    def _count(self, invoice: Invoice) -> None:
        kind = "reissue" if invoice.replaces_id else invoice.kind
        self.counts["documents"] += 1
        self.counts[f"kind {kind}"] += 1
        self.counts[f"currency {invoice.currency}"] += 1
        self.counts["of several deliveries"] += not invoice.shipment_id and not invoice.order_id
        self.counts["with deposits"] += bool(invoice.deposit_amount)
        self.counts["rounded"] += bool(invoice.rounding_amount)
        self.counts["with charges"] += invoice.charges.exists()
        for row in invoice.vat_rows.all():
            self.counts[f"VAT {row.vat_category} {row.vat_rate.normalize():f}"] += 1

    def _form(self, invoice: Invoice, form: str) -> list[str]:
        """Write the document in a form; what our own rules refuse is kept for the judge as well."""
        name = f"{invoice.company_id}-{invoice.number}-{form}"
        try:
            xml = einvoice_of(invoice, form)
        except FormUnfit as error:
            rules = ", ".join(finding.rule for finding in error.findings)
            self.refusals[f"{form}: {rules}"] += 1
            xml = build_xml(facts_of(invoice), PROFILES[form])
            self._keep(self.unfit, f"unfit-{name}.xml", xml)
            return []
        self.counts[f"form {form}"] += 1
        is_hybrid = form == "zugferd"
        content = invoice.pdf.read() if is_hybrid else xml
        self._keep(self.sent, f"{name}.{'pdf' if is_hybrid else 'xml'}", content)
        return [f"{invoice} as {form}: {words}" for words in differences_of_form(invoice, xml)]

    def _keep(self, files: list[Path], name: str, content: bytes) -> None:
        if official_judge.is_named():
            files.append(self.folder / name)
            files[-1].write_bytes(content)

    def ask_the_judge(self) -> None:
        """No file that we send has an error; each form that we refused has one."""
        for path, errors in official_judge.judged(self.sent).items():
            self.counts["judged"] += 1
            self.wrong += [f"{path.name}: {error}" for error in errors]
        for path, errors in official_judge.judged(self.unfit).items():
            self.counts["rightly unfit" if errors else "unfit without need"] += 1
            self.refusals[f"without need: {path.name}"] += not errors
        self.sent, self.unfit = [], []

    def told(self) -> str:
        """Everything counted, a line each."""
        rows = [
            f"seeds {SEED} to {SEED + ORDERS - 1}",
            *(f"{what}: {n}" for what, n in sorted(self.counts.items())),
        ]
        return "\n".join([*rows, *(f"refused {what}: {n}" for what, n in (+self.refusals).items())])


@pytest.mark.django_db
def test_whatever_is_ordered_its_documents_agree_and_are_accepted(tmp_path):
    sellers = {country: a_seller(country) for country in ("DE", "SE")}
    seen = Seen(tmp_path)
    for seed in range(SEED, SEED + ORDERS):
        story = a_story(seed)
        try:
            seen.take(seed, story, _lived(story, sellers[story.seller]))
        except Exception as error:  # noqa: BLE001 - every story is looked at
            seen.wrong.append(f"seed {seed}: {type(error).__name__}: {error}\n  of {story}")
        if len(seen.sent) >= official_judge.BATCH:  # not all at the end: the database would hang up
            seen.ask_the_judge()
    seen.ask_the_judge()
    print(seen.told())  # noqa: T201 - what was drawn is part of what a failure says
    if seen.wrong:
        pytest.fail("\n".join(seen.wrong), pytrace=False)
    assert seen.counts["documents"] > ORDERS


def _lived(story: Story, seller: Seller) -> Lived:
    """The story in a savepoint, held against the rules that the database keeps for the commit."""
    with transaction.atomic():
        lived = live(story, seller)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return lived
