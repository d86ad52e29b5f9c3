"""Groups in an imported list: who heads whom, one level deep, by number."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from core.models import Company
from core.sheets import ImportReport
from customers.models import Customer

BATCH = 5000


class Told(Protocol):
    """What this needs of a row."""

    row: int
    number: str
    parent: str


T = TypeVar("T", bound=Told)


def check_parents(company: Company, told: Mapping[str, T], report: ImportReport) -> list[T]:
    """The rows whose group parent may be one; the others are refused with the reason.

    Groups have one level, so that credit can lock head and member in one fixed order.
    """
    parent_of = _known(company, told)
    parent_of |= {row.number: row.parent for row in told.values() if row.parent}
    parent_of = {row.number: "" for row in told.values()} | parent_of
    heads = {parent for parent in parent_of.values() if parent}
    good = []
    for row in told.values():
        why = _why_not(row, parent_of, heads)
        if why:
            report.refuse(row.row, why)
        else:
            good.append(row)
    return good


def _why_not(row: Told, parent_of: Mapping[str, str], heads: set[str]) -> str:
    names = {"row": row.row, "number": row.number, "parent": row.parent}
    if not row.parent:
        return ""
    if row.parent not in parent_of:
        return (
            _(
                "row %(row)s: the group parent %(parent)s of customer %(number)s is neither in the"
                " list nor known. Add it, or leave the cell empty."
            )
            % names
        )
    if head := parent_of[row.parent]:
        return _(
            "row %(row)s: the group parent %(parent)s of customer %(number)s belongs to %(head)s"
            " itself; groups have one level. Write %(head)s."
        ) % {**names, "head": head}
    if row.number in heads:
        return (
            _(
                "row %(row)s: customer %(number)s heads a group and can't belong to %(parent)s;"
                " groups have one level. Give its members the parent %(parent)s."
            )
            % names
        )
    return ""


def _known(company: Company, told: Mapping[str, T]) -> dict[str, str]:
    """Number -> number of the head (or nothing) of customers who are there already.

    Those of the list, the parents it names, and the members of both.
    """
    wanted = sorted(told.keys() | {row.parent for row in told.values() if row.parent})
    mine = Customer.objects.filter(company=company)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        chunk = wanted[start : start + BATCH]
        for rows in (mine.filter(number__in=chunk), mine.filter(group_parent__number__in=chunk)):
            pairs = rows.values_list("number", "group_parent__number")
            found |= {number: head or "" for number, head in pairs}
    return found
