"""Who acts: a person, a job of ours, or a customer; every verb takes one as ``by``."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import RIGHTS, carriers_of
from o2c.errors import PermissionMissing


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
    actor_kind: str = "job"
    actor_id: int | None = None

    def may(self, right: str, company_id: int) -> bool:
        """Jobs act within what a person or schedule started."""
        return True

    def company_ids(self) -> frozenset[int] | None:
        """Jobs see every company."""
        return None


def require(actor: Actor, right: str, company_id: int) -> None:
    """Refuse the act unless the actor carries the right; the refusal names it and who has it."""
    if not actor.may(right, company_id):
        raise PermissionMissing(
            "permission.missing",
            _("You may not %(act)s in this company. Roles that may: %(roles)s.")
            % {"act": RIGHTS[right][0], "roles": ", ".join(carriers_of(right))},
        )
