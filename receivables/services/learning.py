"""What matches teach: whose account, or name, a payment came from. Undoing a match forgets it."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.models import Company
from customers.models import CustomerBankAccount
from receivables.models import BankMatch, PayerAlias
from receivables.rules.names import name_key
from receivables.services.naming import Names, keys_near, names_of
from receivables.services.settlements import Settlement

Taught = tuple[Settlement, BankMatch]
Lesson = tuple[int, str, str]
"""Customer, kind and value of what was learned."""
_FEW = 3
_LENGTH = 200


def learn(company: Company, taught: Sequence[Taught], *, names: Names | None = None) -> None:
    """Remember who pays for whom, each account and name once.

    Who pays for several at once teaches nothing. Neither does an account that we know as another
    customer's own, nor another's own name: a parent that paid for its daughter once still pays
    for itself. What somebody said to forget is taught anew by a person's decision only.
    """
    taught = [one for one in taught if not one[0].others]
    if not taught:
        return
    accounts, called = _owners(company, taught, names or names_of(company))
    lessons = {
        (settlement.customer_id, kind, value[:_LENGTH]): match
        for settlement, match in reversed(taught)
        for kind, value, owners in (
            ("iban", settlement.entry.payer_iban, accounts),
            ("name", name_key(settlement.entry.payer_name), called),
        )
        if value and not owners.get(value, set()) - {settlement.customer_id}
    }
    PayerAlias.objects.bulk_create(
        # in one order, so that two runs which learn the same wait for each other
        [
            PayerAlias(
                company=company, customer_id=customer, kind=kind, value=value, learned_from=match
            )
            for (customer, kind, value), match in sorted(lessons.items(), key=lambda one: one[0])
        ],
        ignore_conflicts=True,
    )
    _teach_anew(company, {k: m for k, m in lessons.items() if m.way != BankMatch.Way.AUTO})


def _teach_anew(company: Company, lessons: dict[Lesson, BankMatch]) -> None:
    if not lessons:
        return
    forgotten = PayerAlias.objects.filter(
        company=company,
        forgotten_at__isnull=False,
        value__in={value for _customer, _kind, value in lessons},
    )
    anew = []
    for alias in forgotten.order_by("pk"):
        if match := lessons.get((alias.customer_id, alias.kind, alias.value)):
            alias.learned_from, alias.created_at = match, timezone.now()
            alias.forgotten_at, alias.forgotten_by_name = None, ""
            anew.append(alias)
    changed = ["learned_from", "created_at", "forgotten_at", "forgotten_by_name"]
    PayerAlias.objects.bulk_update(anew, changed)


def hold_learned(keys: Collection[int]) -> set[int]:
    """Of what was learned, what is still in use; nobody makes it forgotten before we are done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM receivables_payeralias WHERE id = ANY(%s) AND forgotten_at IS NULL"
            " ORDER BY id FOR SHARE",
            [sorted(keys)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def unlearn(company: Company, matches: Sequence[BankMatch]) -> list[PayerAlias]:
    """Forget what these matches taught, and nothing that another one that stands taught too.

    That one is its source from now on. What somebody said to forget stays forgotten. Returns what
    is not known any more.
    """
    undone = {match.pk for match in matches}
    taught = list(PayerAlias.objects.filter(learned_from__in=undone).in_use().order_by("pk"))
    sources = _other_sources(company, taught, undone) if taught else {}
    gone: list[PayerAlias] = []
    kept: list[PayerAlias] = []
    for alias in taught:
        source = sources.get((alias.customer_id, alias.kind, alias.value))
        (kept if source else gone).append(alias)
        alias.learned_from_id = source
    PayerAlias.objects.bulk_update(kept, ["learned_from"], batch_size=2000)
    PayerAlias.objects.filter(pk__in=[alias.pk for alias in gone]).delete()
    return gone


def _other_sources(
    company: Company, taught: Sequence[PayerAlias], undone: set[int]
) -> dict[Lesson, int]:
    """Lesson -> the oldest match that stands and taught it too.

    The name is asked for as the undone payments wrote it: another spelling is learned anew.
    """
    entries = BankMatch.objects.filter(pk__in={alias.learned_from_id for alias in taught})
    spelled = set(entries.values_list("bank_entry__payer_name", flat=True)) - {""}
    ibans = {alias.value for alias in taught if alias.kind == "iban"}
    rows = (
        BankMatch.objects.filter(company=company, undone_at=None)
        .filter(payment_item__customer__in={alias.customer_id for alias in taught})
        .filter(Q(bank_entry__payer_iban__in=ibans) | Q(bank_entry__payer_name__in=spelled))
        .exclude(pk__in=undone)
        .order_by("-pk")
        .select_related("bank_entry", "payment_item")
    )
    found: dict[Lesson, int] = {}
    for match in rows.iterator():
        if match.payment_item and does_teach(match):
            customer, entry = match.payment_item.customer_id, match.bank_entry
            found[customer, "iban", entry.payer_iban[:_LENGTH]] = match.pk
            found[customer, "name", name_key(entry.payer_name)[:_LENGTH]] = match.pk
    return found


def does_teach(match: BankMatch) -> bool:
    """Whether a match teaches its payer: a person's does, else number, amount and own name do."""
    told = {reason["code"] for reason in match.evidence}
    is_told = {"reference", "name"} <= told and bool(told & {"amount", "discount"})
    return match.way != BankMatch.Way.AUTO or is_told


def told_of(aliases: Iterable[PayerAlias]) -> str:
    """Names and accounts in a line, for events."""
    return ", ".join(alias.value for alias in aliases)[:200]


def _owners(
    company: Company, taught: Iterable[Taught], names: Names
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """IBAN -> customers whose own it is; key of a payer's name -> customers who are called so."""
    entries = [settlement.entry for settlement, _match in taught]
    accounts: dict[str, set[int]] = {}
    known = CustomerBankAccount.objects.filter(
        iban__in={entry.payer_iban for entry in entries}, customer__company=company
    )
    for iban, customer in known.values_list("iban", "customer_id"):
        accounts.setdefault(iban, set()).add(customer)
    told = {entry.payer_name for entry in entries if entry.payer_name}
    return accounts, _called(company, told, names)


def _called(company: Company, told: set[str], names: Names) -> dict[str, set[int]]:
    """Key of a name -> customers who are called so; for a click or two not all are read."""
    if len(told) > _FEW:
        return names().by_key
    found: dict[str, set[int]] = {}
    for name in told:
        for pk, key in keys_near(company, name).items():
            found.setdefault(key, set()).add(pk)
    return found
