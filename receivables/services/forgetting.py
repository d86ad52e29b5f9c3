"""Forget what was learned of payers, and remember it again."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from o2c.errors import Conflict
from receivables.models import PayerAlias

FORGET_RIGHT = "receivables.reverse"


@atomic_verb
def forget_payer(alias_pk: int, *, by: Actor, on: date) -> PayerAlias:
    """Say that this name or account is not the customer's; the matcher does not use it any more.

    A matching that runs ends first if it relies on it. What was matched stays; a person's later
    match teaches it anew. Twice is once. Raises ``PermissionMissing``.
    """
    alias = _locked(alias_pk, by)
    if alias.forgotten_at is None:
        alias.forgotten_at, alias.forgotten_by_name = timezone.now(), by.actor_name
        alias.save(update_fields=["forgotten_at", "forgotten_by_name"])
        record_event("customer.payer_forgotten", alias.customer, by=by, on=on, what=alias.value)
    return alias


@atomic_verb
def remember_payer(alias_pk: int, *, by: Actor, on: date) -> PayerAlias:
    """Take the forgetting back. Raises ``Conflict`` if the match that taught it was undone."""
    alias = _locked(alias_pk, by)
    if alias.forgotten_at is None:
        return alias
    if alias.learned_from and alias.learned_from.undone_at is not None:
        raise Conflict(
            "payer.source_undone",
            _("The match that taught %(value)s was undone. Match a payment to teach it anew.")
            % {"value": alias.value},
        )
    alias.forgotten_at, alias.forgotten_by_name = None, ""
    alias.save(update_fields=["forgotten_at", "forgotten_by_name"])
    record_event("customer.payer_remembered", alias.customer, by=by, on=on, what=alias.value)
    return alias


def _locked(pk: int, by: Actor) -> PayerAlias:
    rows = PayerAlias.objects.select_for_update(of=("self",), no_key=True)
    alias = rows.select_related("customer", "learned_from").get(pk=pk)
    require(by, FORGET_RIGHT, alias.company_id)
    return alias
