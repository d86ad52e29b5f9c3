"""Which of our articles a line means; all lines of a batch are looked up with one statement."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.rules import comes_whole
from core.models import Company
from o2c.money import ZERO
from orders.draft import LineDraft
from orders.rules import fits, unit_code


class Articles:
    """The products that some lines may mean, by number, GTIN and exact name."""

    def __init__(self, company: Company, lines: Iterable[LineDraft]) -> None:
        lines = list(lines)
        typed = {line.article for line in lines} | {line.buyer_article for line in lines}
        products = (
            Product.objects.filter(company=company)
            .annotate(key=Upper("number"))
            .filter(
                Q(pk__in={line.product_id for line in lines if line.product_id})
                | Q(key__in={text.strip().upper() for text in typed if text})
                | Q(gtin__in={line.gtin for line in lines if line.gtin} | (typed - {""}))
                | Q(name__in={line.name for line in lines if line.name} | (typed - {""}))
            )
        )
        self._by_id: dict[int, Product] = {}
        self._by_key: dict[str, list[Product]] = defaultdict(list)
        for product in products if lines else ():
            self._by_id[product.pk] = product
            for key in {product.number.upper(), product.gtin, product.name.casefold()} - {""}:
                self._by_key[key].append(product)

    def find(self, line: LineDraft) -> tuple[Product | None, str, str]:
        """The article of a line, or None with the problem in words and the code of the field."""
        product = self._match(line)
        where = f"{line.place}: " if line.place else ""
        if product is None:
            return None, where + self._unknown(line), "article"
        if not product.is_active:
            words = _("article %(article)s is not sold any more. Choose its successor.")
            return None, where + words % {"article": product.number}, "article"
        if not fits(line.quantity, line.unit_price or ZERO):
            words = _(
                "quantity %(quantity)s can't be booked. Use more than 0, at most three decimals."
            )
            return None, where + words % {"quantity": line.quantity}, "quantity"
        if comes_whole(product.unit) and line.quantity % 1:
            words = _("%(article)s is sold by the piece: enter %(less)s or %(more)s.")
            less = int(line.quantity)
            facts = {"article": product.number, "less": less, "more": less + 1}
            return None, where + words % facts, "quantity"
        if line.unit and unit_code(line.unit) != unit_code(product.unit):
            words = _("%(article)s is sold in %(unit)s, the order says %(found)s. Convert it.")
            facts = {"article": product.number, "unit": product.unit, "found": line.unit[:20]}
            return None, where + words % facts, "unit"
        return product, "", ""

    def _match(self, line: LineDraft) -> Product | None:
        if line.product_id is not None:
            return self._by_id.get(line.product_id)
        keys = (line.article.upper(), line.article.casefold(), line.article, line.gtin,
                line.buyer_article.upper(), line.name.casefold())  # fmt: skip
        for key in keys:
            found = self._by_key.get(key.strip(), []) if key else []
            if len(found) == 1:
                return found[0]
        return None

    def _unknown(self, line: LineDraft) -> str:
        return _(
            "article “%(article)s” is not in the catalog. Use our article number, or add it."
        ) % {"article": line.said()[:80]}
