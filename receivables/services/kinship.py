"""Who belongs to the payer: members of the group, and names that resemble beside a number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from core.models import Company
from customers.models import Customer
from receivables.rules.facts import Payer
from receivables.rules.names import is_akin, name_key
from receivables.services.cases import Case, chunks

_Members = dict[int, dict[int, str]]
"""Head of a group -> its members, the head too, with the keys of their names."""


def find_group(company: Company, cases: Sequence[Case]) -> None:
    """A parent pays for its daughters, a daughter for its sisters: those whom the text names.

    By a document of theirs, or by their whole name.
    """
    sure = {payer.customer_id for case in cases for payer in case.payers if payer.is_sure}
    heads: dict[int, int] = {}
    for chunk in chunks(sure):
        rows = Customer.objects.filter(company=company, pk__in=chunk)
        heads |= {pk: parent or pk for pk, parent in rows.values_list("pk", "group_parent_id")}
    members = _members(company, heads.values())
    for case in cases:
        known = {payer.customer_id for payer in case.payers}
        own = {heads[payer.customer_id] for payer in case.payers if payer.is_sure}
        theirs = {pk: key for head in sorted(own) for pk, key in members[head].items()}
        strange = {pk: key for pk, key in theirs.items() if pk not in known}
        if strange:
            _name_members(case, strange, own=f" {name_key(case.entry.payer_name)} ")


def _members(company: Company, heads: Iterable[int]) -> _Members:
    found: _Members = defaultdict(dict)
    for chunk in chunks(set(heads)):
        rows = Customer.objects.filter(Q(pk__in=chunk) | Q(group_parent__in=chunk), company=company)
        for pk, parent, name in rows.values_list("pk", "group_parent_id", "name").order_by("pk"):
            found[parent or pk][pk] = name_key(name)
    return found


def _name_members(case: Case, strange: dict[int, str], *, own: str) -> None:
    """Add those named; a name within the payer's ``own`` name tells nothing."""
    named = {hit.item.customer_id for hit in case.hits}
    text = f" {_words(case.entry.remittance)} "
    for pk, key in strange.items():
        is_told = bool(key) and f" {key} " in text and f" {key} " not in own
        if is_told:
            case.told.add(pk)
        if is_told or pk in named:
            case.payers.append(Payer(pk, "group"))


def find_akin(company: Company, cases: Sequence[Case]) -> None:
    """Customers of named items whose name the payer's or the text resembles."""
    asked: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        known = {payer.customer_id for payer in case.payers if payer.is_sure}
        for customer_id in {hit.item.customer_id for hit in case.hits} - known:
            asked[customer_id].append(case)
    for chunk in chunks(asked):
        rows = Customer.objects.filter(company=company, pk__in=chunk)
        for pk, name in rows.values_list("pk", "name"):
            own = name_key(name)
            for case in asked[pk]:
                told = _words(case.entry.remittance, case.entry.payer_name)
                if is_akin(told, own):
                    case.alike.add(pk)


def _words(text: str, name: str = "") -> str:
    """A name and a text as words, in both readings of a text that the bank cut."""
    uncut = text.replace("\n", "") if "\n" in text else ""
    return " ".join(name_key(reading) for reading in (name, text, uncut) if reading)
