"""Judging facts under a profile: essential terms, our rule packs, the official rules."""

from collections.abc import Iterable
from dataclasses import replace

from invoicing.einvoice.facts import InvoiceFacts
from invoicing.einvoice.findings import Finding
from invoicing.einvoice.packs import PACKS, essentials, sweden
from invoicing.einvoice.packs.rule import broken
from invoicing.einvoice.profiles import EN16931, Profile
from invoicing.einvoice.terms import business_terms
from invoicing.einvoice.validate import failing_rules
from invoicing.einvoice.xml import write


def findings(facts: InvoiceFacts, profile: Profile) -> list[Finding]:
    """Everything that any rule of the profile has against the document; empty means accepted.

    Rules of the seller's country hold under every profile. Where an essential term is missing no
    XML can be written, and only that is said.
    """
    terms = business_terms(facts, profile)
    missing = broken(essentials.RULES, terms)
    if missing:
        return missing
    rules = [rule for name in profile.packs for rule in PACKS[name]]
    if facts.seller.country == "SE":
        rules += sweden.RULES
    # The rules of Factur-X refuse every name but their own in BT-24.
    official = profile if profile.is_ubl else replace(profile, specification=EN16931)
    return [*broken(rules, terms), *failing_rules(write(terms, official))]


def errors(facts: InvoiceFacts, profiles: Iterable[Profile]) -> list[Finding]:
    """What forbids issuing under any of the profiles, each rule once, without mere warnings."""
    found: dict[str, Finding] = {}
    for profile in profiles:
        for finding in findings(facts, profile):
            if not finding.is_warning:
                found.setdefault(finding.rule, finding)
    return list(found.values())
