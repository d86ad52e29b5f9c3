"""Who acts: a person, a job of ours, or a customer; every verb takes one as ``by``."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core.roles import RIGHTS, carriers_of
from o2c.errors import PermissionMissing

JOB, CUSTOMER = "job", "customer"

JOB_NAMES: dict[str, Promise] = {
    "bench": pgettext_lazy("who acts", "bench"),
    "billing": pgettext_lazy("who acts", "billing"),
    "card payments": pgettext_lazy("who acts", "card payments"),
    "command line": pgettext_lazy("who acts", "command line"),
    "credit": pgettext_lazy("who acts", "credit"),
    "delivery": pgettext_lazy("who acts", "delivery"),
    "demo": pgettext_lazy("who acts", "demo"),
    "dunning": pgettext_lazy("who acts", "dunning"),
    "fulfilment": pgettext_lazy("who acts", "fulfilment"),
    "mail": pgettext_lazy("who acts", "mail"),
    "order desk": pgettext_lazy("who acts", "order desk"),
}
"""Our jobs by the name that is recorded, as the reader is told them."""


class Actor(Protocol):
    """What verbs need of whoever acts."""

    @property
    def actor_kind(self) -> str:
        """``user``, ``job`` or ``customer``."""

    @property
    def actor_id(self) -> int | None:
        """Primary key behind a user or customer; None for a job."""

    @property
    def actor_name(self) -> str:
        """Name shown in the timeline."""

    def may(self, right: str, company_id: int) -> bool:
        """Whether the actor carries the right in this company."""

    def company_ids(self) -> frozenset[int] | None:
        """Companies whose rows the actor sees; None means all (jobs)."""


@dataclass(frozen=True, slots=True)
class JobActor:
    """Work that o2c does by itself (billing, matching, dunning proposals); may do everything."""

    actor_name: str
    actor_kind: str = JOB
    actor_id: int | None = None

    def may(self, right: str, company_id: int) -> bool:
        """Jobs act within what a person or schedule started."""
        return True

    def company_ids(self) -> frozenset[int] | None:
        """Jobs see every company."""
        return None


@dataclass(frozen=True, slots=True)
class CustomerActor:
    """Somebody at a customer who holds one of our links: may do what it was made for, no more."""

    actor_id: int
    actor_name: str
    company_id: int
    rights: frozenset[str]
    actor_kind: str = CUSTOMER

    def may(self, right: str, company_id: int) -> bool:
        """Only what the link gives, in the company that sent it."""
        return company_id == self.company_id and right in self.rights

    def company_ids(self) -> frozenset[int]:
        """The company that sent the link."""
        return frozenset({self.company_id})


@dataclass(frozen=True, slots=True)
class TokenActor:
    """Another program that shows a key of ours: may do what it was made for, in one company."""

    actor_name: str
    company_id: int
    rights: frozenset[str]
    actor_kind: str = JOB
    actor_id: int | None = None

    def may(self, right: str, company_id: int) -> bool:
        """Only what the key gives, in the company it is for."""
        return company_id == self.company_id and right in self.rights

    def company_ids(self) -> frozenset[int]:
        """The company the key is for."""
        return frozenset({self.company_id})


def shown_name(kind: str, name: str) -> str:
    """A recorded actor in the reader's language: jobs are translated, people are as they are."""
    return str(JOB_NAMES.get(name, name)) if kind == JOB else name


def require(actor: Actor, right: str, company_id: int) -> None:
    """Refuse the act unless the actor carries the right; the refusal names it and who has it."""
    if not actor.may(right, company_id):
        raise PermissionMissing(
            "permission.missing",
            _("You may not %(act)s in this company. Roles that may: %(roles)s.")
            % {"act": RIGHTS[right][0], "roles": ", ".join(carriers_of(right))},
        )
