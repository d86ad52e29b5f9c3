"""An issued document in another form than the stored one: XRechnung, Peppol BIS."""

from django.utils.translation import gettext as _

from invoicing.einvoice import PROFILES, Finding, build_xml, errors
from invoicing.models import Invoice
from invoicing.services.facts import facts_of
from o2c.errors import BusinessError


class FormUnfit(BusinessError):
    """The stored facts don't carry the form; ``findings`` names each rule with its field."""

    def __init__(self, number: str, form: str, findings: list[Finding]) -> None:
        super().__init__(
            "invoice.form_unfit",
            _("%(number)s can't be written as %(form)s. %(rules)s")
            % {
                "number": number,
                "form": form,
                "rules": " ".join(str(finding) for finding in findings),
            },
            field=findings[0].field or None,
        )
        self.findings = findings


def einvoice_of(invoice: Invoice, form: str) -> bytes:
    """The XML of an issued document in a form (a key of ``PROFILES``), from its frozen facts.

    Nothing is stored. Raises: FormUnfit with each rule of the form that the facts break; the
    document itself stays as it was issued.
    """
    facts, profile = facts_of(invoice), PROFILES[form]
    findings = errors(facts, [profile])
    if findings:
        raise FormUnfit(invoice.number or "", form, findings)
    return build_xml(facts, profile)
