"""Sorting by a field of another table without reading a million rows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from core.models import Company, CompanyScoped


def in_company(rows: QuerySet[Any], names: Sequence[str], company: Company) -> QuerySet[Any]:
    """Say of each joined table that its rows are of the company too, which they are by foreign key.

    Knowing that, the database walks the other table in the order of its index (company, name) and
    stops after a page, instead of joining everything and sorting it.
    """
    for name in names:
        model: Any = rows.model
        path = ""
        for part in name.lstrip("-").split("__")[:-1]:
            field = model._meta.get_field(part)
            if field.null or not issubclass(field.related_model, CompanyScoped):
                break
            path, model = f"{path}{part}__", field.related_model
            rows = rows.filter(**{f"{path}company": company})
    return rows
