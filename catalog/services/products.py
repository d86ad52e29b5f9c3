"""Create and change products; one that is no longer sold is deactivated, never deleted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Classification, Product, VatClass
from catalog.rules import check_attributes, check_country, check_gtin, check_unit
from core.actors import Actor, require
from core.models import Company
from core.services import record_event
from customers.services.words import changes_in_words
from o2c.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """What a person enters of a product; ``unit`` is a UN/ECE code, quantities in that unit.

    ``classification_list`` is a code of UNTDID 7143; ``attributes`` are (name, value) pairs.
    """

    number: str
    name: str
    description: str = ""
    kind: str = "goods"
    unit: str = "C62"
    gtin: str = ""
    origin_country: str = ""
    classification_list: str = ""
    classification_code: str = ""
    attributes: Sequence[Sequence[str]] = ()
    vat_class: str = "standard"
    previous_number: str = ""
    reorder_point: Decimal = Decimal(0)
    is_active: bool = True

    @classmethod
    def of(cls, product: Product) -> "ProductDraft":
        """The product as it stands, to change parts of with ``dataclasses.replace``."""
        return cls(**{field: getattr(product, field) for field in cls.__dataclass_fields__})


def create_product(company: Company, data: ProductDraft, *, by: Actor, on: date) -> Product:
    """Add a product to a company's catalog.

    Raises: Conflict when the article number or GTIN is taken; InvalidInput for a GTIN whose
    check digit is wrong or an unknown kind, unit or VAT class.
    """
    require(by, "catalog.change", company.pk)
    fields = _checked(data)
    with transaction.atomic():
        _check_free(company.pk, fields)
        product = Product.objects.create(company=company, **fields)
        record_event("product.created", product, by=by, on=on, label=product.number, values=fields)
    return product


def change_product(
    pk: int, data: ProductDraft, *, by: Actor, on: date, version: int | None = None
) -> Product:
    """Take over a product's changed fields; documents already written keep what they froze.

    ``version`` is the one the person saw; None skips that check. Raises: Conflict when somebody
    changed the product meanwhile, else as ``create_product``.
    """
    with transaction.atomic():
        product = Product.objects.for_update().get(pk=pk)
        require(by, "catalog.change", product.company_id)
        if version is not None and version != product.version:
            raise Conflict(
                "product.changed_meanwhile",
                _("Somebody changed %(product)s meanwhile: look again, then repeat your change.")
                % {"product": product.number},
            )
        fields = _checked(data)
        _check_free(product.company_id, fields, but=product.pk)
        changed = {
            field: {"old": getattr(product, field), "new": value}
            for field, value in fields.items()
            if getattr(product, field) != value
        }
        if changed:
            for field in changed:
                setattr(product, field, fields[field])
            product.version += 1
            product.save(update_fields=[*changed, "version"])
            words = {field: (v["old"], v["new"]) for field, v in changed.items()}
            record_event(
                "product.changed", product, by=by, on=on, label=product.number,
                what=changes_in_words(Product, words), changed=changed,
            )  # fmt: skip
    return product


def _checked(data: ProductDraft) -> dict[str, Any]:
    fields = {
        field: value.strip() if isinstance(value, str) else value
        for field, value in asdict(data).items()
    }
    for required, name in (("number", _("article number")), ("name", _("name"))):
        if not fields[required]:
            raise InvalidInput(
                f"product.{required}_missing",
                _("The product needs a value for “%(field)s”.") % {"field": name},
                field=required,
            )
    _check_choice(fields, "kind", Product.Kind.values)
    _check_choice(fields, "vat_class", VatClass.values)
    _check_classification(fields)
    fields["attributes"] = check_attributes(fields["attributes"])
    fields["origin_country"] = check_country(str(fields["origin_country"]))
    fields["gtin"] = check_gtin(str(fields["gtin"]))
    fields["unit"] = check_unit(str(fields["unit"]))
    return fields


def _check_classification(fields: dict[str, Any]) -> None:
    """A code says nothing without its list, nor a list without a code."""
    _check_choice(fields, "classification_list", Classification.values)
    if bool(fields["classification_list"]) != bool(fields["classification_code"]):
        raise InvalidInput(
            "product.classification",
            _("Give both the classification's list and the code in it, or neither."),
            field="classification_code" if fields["classification_list"] else "classification_list",
        )


def _check_choice(fields: dict[str, Any], field: str, known: list[str]) -> None:
    if fields[field] not in known:
        raise InvalidInput(
            f"product.{field}",
            _("“%(value)s” is not known here; use one of %(known)s.")
            % {"value": fields[field], "known": ", ".join(known)},
            field=field,
        )


def _check_free(company_id: int, fields: dict[str, Any], *, but: int | None = None) -> None:
    for field in ("number", "gtin"):
        value = fields[field]
        others = Product.objects.filter(company=company_id, **{field: value})
        taken = others.exclude(pk=but or 0).first() if value else None
        if taken is not None:
            raise Conflict(
                f"product.{field}_taken",
                _("“%(value)s” belongs to %(product)s already: use another or change that one.")
                % {"value": value, "product": taken},
                field=field,
            )
