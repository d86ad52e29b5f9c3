"""How long issued documents are kept, by the country of the company: data, not code.

``is_confirmed`` says whether the rule's wording was seen; where it was not, pages say so. The
years count from the end of the calendar year; where the law counts from the end of the financial
year, that is the same day for companies whose financial year is the calendar year.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Retention:
    """Years an invoice is kept, the law that says so, and whether it was seen."""

    years: int
    source: str | Promise
    is_confirmed: bool

    def keep_until(self, issued_on: date) -> date:
        """The last day on which a document of that day has to be there."""
        return date(issued_on.year + self.years, 12, 31)


RULES: dict[str, Retention] = {
    # Seen as quoted by tax advisers and the commentary to UStAE 14b.1, not in the gazette itself.
    "DE": Retention(8, _("§ 14b UStG, § 147 AO as of 2025 (BEG IV)"), is_confirmed=True),
    # Seen as quoted: until the seventh year after the calendar year in which the year ended.
    "SE": Retention(7, _("Swedish accounting act (BFL) chapter 7, section 2"), is_confirmed=True),
}
OTHERWISE = Retention(10, _("no rule of this country is on file"), is_confirmed=False)


def retention_of(country: str) -> Retention:
    """The rule of a company's country; ten years, to be confirmed, where none is known."""
    return RULES.get(country, OTHERWISE)
