"""Which of our customers a draft means; all drafts of a batch are looked up with one statement."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core.models import Company
from customers.models import Address, Customer
from orders.draft import BuyerDraft, OrderDraft


class Buyers:
    """The customers that some drafts may mean, by number, VAT id, endpoint and exact name."""

    def __init__(self, company: Company, drafts: Sequence[OrderDraft]) -> None:
        self._company = company
        said = [draft.buyer for draft in drafts]
        texts = {text for b in said for text in (b.number, b.text, b.name, b.text.upper()) if text}
        customers = (
            Customer.objects.filter(company=company)
            .filter(
                Q(pk__in={b.customer_id for b in said if b.customer_id})
                | Q(number__in=texts)
                | Q(name__in=texts)
                | Q(vat_id__in={b.vat_id for b in said if b.vat_id} | texts)
                | Q(registration_number__in={b.registration_number for b in said} - {""})
                | Q(endpoint_id__in={b.endpoint_id for b in said} - {""})
            )
            .select_related("payment_terms")
        )
        self._customers = list(customers)
        self._addresses: dict[int, list[Address]] = defaultdict(list)
        for address in Address.objects.filter(
            customer__in=self._customers, kind=Address.Kind.SHIPPING, is_active=True
        ).order_by("-is_default", "pk"):
            self._addresses[address.customer_id].append(address)

    def addresses_of(self, customer: Customer) -> Sequence[Address]:
        """Delivery addresses of a customer that was found, the default first."""
        return self._addresses[customer.pk]

    def find(self, said: BuyerDraft) -> tuple[Customer | None, str]:
        """The one customer meant, or None with the problem in words.

        The strongest identification counts: our own number, then the Peppol endpoint, the VAT id,
        the registration number, the name. Two customers under one of them are not guessed between.
        """
        for matches in self._candidates(said):
            if len(matches) == 1:
                return self._sellable(matches[0])
            if matches:
                numbers = ", ".join(customer.number for customer in matches[:5])
                return None, _(
                    "“%(said)s” may be any of customers %(numbers)s. Name the customer number."
                ) % {"said": said.said()[:120], "numbers": numbers}
        return None, _(
            "Customer “%(said)s” is not known in %(company)s. Check the number, or create the"
            " customer first."
        ) % {"said": said.said()[:120], "company": self._company.name}

    def _candidates(self, said: BuyerDraft) -> list[list[Customer]]:
        def _having(field: str, *values: str) -> list[Customer]:
            wanted = {value.casefold() for value in values if value}
            return [c for c in self._customers if getattr(c, field).casefold() in wanted]

        if said.customer_id is not None:
            return [[c for c in self._customers if c.pk == said.customer_id]]
        return [
            _having("number", said.number, said.text),
            [
                customer
                for customer in _having("endpoint_id", said.endpoint_id)
                if customer.endpoint_scheme in ("", said.endpoint_scheme)
            ],
            _having("vat_id", said.vat_id, said.text),
            _having("registration_number", said.registration_number),
            _having("name", said.name, said.text),
        ]

    def _sellable(self, customer: Customer) -> tuple[Customer | None, str]:
        if customer.is_active:
            return customer, ""
        return None, _(
            "Customer %(customer)s is closed. Reopen the customer, or order for another one."
        ) % {"customer": customer}
