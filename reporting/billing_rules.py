"""Why an invoice was corrected, told from the data. Pure: no database, no clock."""

from dataclasses import dataclass

CAUSES = ("rejected", "reference", "price", "quantity", "return", "text", "other")
"""In the order in which they are tried."""
_CLAIMS = {"price": "price", "quantity": "quantity", "quality": "return", "delivery": "return"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a credit note and of the invoice it corrects.

    ``rules`` are those the buyer's side named when it rejected the invoice (None: it did not);
    ``is_reissued`` says that a new invoice replaces it, the five after that in what the two
    differ; ``claim`` is the reason of a dispute before it that was not turned down; ``is_return``
    that goods of it came back into stock; ``is_whole`` that it takes back everything,
    ``has_quantity`` that it credits more than money.
    """

    rules: tuple[str, ...] | None = None
    is_reissued: bool = False
    is_other_reference: bool = False
    is_other_address: bool = False
    is_other_price: bool = False
    is_other_quantity: bool = False
    is_other_text: bool = False
    claim: str = ""
    is_return: bool = False
    is_whole: bool = False
    has_quantity: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """One of ``CAUSES``; of a rejection the first rule named, "" where there was none."""

    kind: str
    rule: str = ""

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"{self.kind}:{self.rule}" if self.rule else self.kind


def cause_of(facts: Facts) -> Cause:
    """The first that fits: a rejection, what the new invoice says otherwise, goods that came
    back, the customer's dispute, then the shape of a credit in part: quantity, or money alone."""
    if facts.rules is not None:
        return Cause("rejected", next((rule for rule in facts.rules if rule), ""))
    return Cause(_changed(facts) or _claimed(facts) or _shape(facts))


def _changed(facts: Facts) -> str:
    if not facts.is_reissued:
        return ""
    if facts.is_other_reference or facts.is_other_address:
        return "reference"
    if facts.is_other_price:
        return "price"
    if facts.is_other_quantity:
        return "quantity"
    return "text" if facts.is_other_text else ""


def _claimed(facts: Facts) -> str:
    return "return" if facts.is_return else _CLAIMS.get(facts.claim, "")


def _shape(facts: Facts) -> str:
    """A credit of everything says nothing about its cause, and neither does a mere reissue."""
    if facts.is_whole or facts.is_reissued:
        return "other"
    return "quantity" if facts.has_quantity else "price"
