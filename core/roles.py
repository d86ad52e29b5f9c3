"""Roles and rights: which role may do what, as one table.

A person holds roles per company (``Membership``). Every verb asks for one right by its code
(``invoicing.issue``); this table says which roles carry it, and the refusal names them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The jobs people do in order to cash."""

    SALES_REP = "sales_rep", _("Sales representative")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    CREDIT_MANAGER = "credit_manager", _("Credit manager")
    WAREHOUSE = "warehouse", _("Warehouse")
    BILLING = "billing", _("Billing")
    AR_ACCOUNTANT = "ar_accountant", _("AR accountant")
    COLLECTOR = "collector", _("Collector")
    FINANCE_MANAGER = "finance_manager", _("Finance manager")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


_ALL = frozenset(Role)
_SALES = frozenset({Role.SALES_REP, Role.SALES_MANAGER})
_FINANCE = frozenset({Role.AR_ACCOUNTANT, Role.FINANCE_MANAGER})
_LOOKING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
_MONEY_READERS = _FINANCE | _LOOKING | {Role.CREDIT_MANAGER, Role.COLLECTOR, Role.BILLING}

# right -> (what it allows, roles that carry it)
RIGHTS: dict[str, tuple[object, frozenset[Role]]] = {
    "core.view_audit": (_("read the audit trail"), _LOOKING | {Role.FINANCE_MANAGER}),
    "core.manage": (_("set up companies, users and series"), frozenset({Role.ADMINISTRATOR})),
    "core.view_jobs": (_("see jobs and messages"), _ALL),
    "core.settle_message": (
        _("decide on messages whose sending is uncertain"),
        frozenset({Role.FINANCE_MANAGER, Role.BILLING, Role.COLLECTOR, Role.ADMINISTRATOR}),
    ),
    "customers.view": (_("see customers"), _ALL),
    "customers.change": (
        _("create and change customers"),
        _SALES | _FINANCE | {Role.BILLING, Role.ADMINISTRATOR},
    ),
    "customers.change_bank_details": (
        _("change customers' bank accounts"),
        _FINANCE | {Role.ADMINISTRATOR},
    ),
    "customers.note": (
        _("write down calls and notes"),
        _SALES | _FINANCE | {Role.BILLING, Role.COLLECTOR, Role.CREDIT_MANAGER},
    ),
    "catalog.view": (_("see products and prices"), _ALL),
    "catalog.change": (
        _("change products and prices"),
        frozenset({Role.SALES_MANAGER, Role.ADMINISTRATOR}),
    ),
    "orders.view": (_("see orders"), _ALL),
    "orders.enter": (_("enter and submit orders"), _SALES),
    "orders.po_number": (
        _("ask for and enter customers' order numbers"),
        _SALES | {Role.BILLING, Role.AR_ACCOUNTANT, Role.FINANCE_MANAGER},
    ),
    "orders.cancel": (_("cancel orders"), _SALES | {Role.CREDIT_MANAGER}),
    "credit.view_light": (_("see whether a customer may order"), _ALL),
    "credit.view": (
        _("see limits and exposure"),
        _FINANCE | _LOOKING | {Role.CREDIT_MANAGER, Role.COLLECTOR, Role.SALES_MANAGER},
    ),
    "credit.decide_hold": (
        _("release or reject held orders"),
        frozenset({Role.CREDIT_MANAGER, Role.FINANCE_MANAGER}),
    ),
    "credit.propose_limit": (
        _("propose credit limits"),
        frozenset({Role.CREDIT_MANAGER, Role.FINANCE_MANAGER, Role.SALES_MANAGER}),
    ),
    "credit.approve_limit": (
        _("approve credit limits"),
        frozenset({Role.CREDIT_MANAGER, Role.FINANCE_MANAGER}),
    ),
    "fulfillment.view": (_("see stock and shipments"), _ALL),
    "fulfillment.pick": (_("reserve stock and pick"), frozenset({Role.WAREHOUSE})),
    "fulfillment.dispatch": (_("dispatch shipments"), frozenset({Role.WAREHOUSE})),
    "fulfillment.adjust_stock": (_("receive and adjust stock"), frozenset({Role.WAREHOUSE})),
    "invoicing.view": (_("see invoices"), _MONEY_READERS | _SALES),
    "invoicing.issue": (_("issue invoices"), frozenset({Role.BILLING, Role.FINANCE_MANAGER})),
    "invoicing.credit": (
        _("issue credit notes"),
        frozenset({Role.BILLING, Role.FINANCE_MANAGER}),
    ),
    "invoicing.send": (
        _("send invoices again"),
        frozenset({Role.BILLING, Role.FINANCE_MANAGER, Role.AR_ACCOUNTANT}),
    ),
    "receivables.view": (_("see open items, payments and the ledger"), _MONEY_READERS),
    "receivables.import_statement": (_("import bank files"), _FINANCE),
    "receivables.open": (_("import opening items"), frozenset({Role.FINANCE_MANAGER})),
    "receivables.match": (_("match payments"), _FINANCE),
    "receivables.set_matching": (
        _("set what the matcher books by itself"),
        frozenset({Role.FINANCE_MANAGER}),
    ),
    "receivables.reverse": (_("undo matches and postings"), _FINANCE),
    "receivables.write_off": (
        _("accept deductions and ask for write-offs"),
        _FINANCE | {Role.COLLECTOR, Role.BILLING, Role.CREDIT_MANAGER},
    ),
    "receivables.approve_write_off": (
        _("approve write-offs"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "receivables.set_tolerances": (
        _("set tolerances of deductions"),
        frozenset({Role.FINANCE_MANAGER}),
    ),
    "receivables.propose_debits": (_("propose direct debit runs"), _FINANCE),
    "receivables.approve_debits": (
        _("approve direct debit runs"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "receivables.offer_payment": (
        _("mail customers links to pay by card"),
        _FINANCE | {Role.BILLING, Role.COLLECTOR},
    ),
    "receivables.refund": (_("propose refunds"), _FINANCE),
    "receivables.approve_refund": (
        _("approve refunds"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "receivables.take_receipts": (
        _("take cash and cheques and hand them in at the bank"),
        _FINANCE,
    ),
    "receivables.propose_netting": (_("propose nettings with customers who supply us"), _FINANCE),
    "receivables.approve_netting": (
        _("approve nettings"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "receivables.pay_refunds": (_("write payment files of approved refunds"), _FINANCE),
    "receivables.claim_interest": (
        _("claim interest on late payment"),
        _FINANCE | {Role.COLLECTOR},
    ),
    "receivables.waive_claim": (
        _("waive fees and interest"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "receivables.enter_rates": (_("enter exchange rates"), _FINANCE),
    "receivables.export_books": (_("hand out the books"), _FINANCE),
    "receivables.prepare_closing": (
        _("prepare closings: prove, reconcile, propose to reopen"),
        _FINANCE,
    ),
    "receivables.close_period": (_("close periods"), frozenset({Role.FINANCE_MANAGER})),
    "receivables.post_late": (
        _("post into softly closed periods"),
        frozenset({Role.FINANCE_MANAGER}),
    ),
    "disputes.view": (_("see disputes"), _MONEY_READERS | _SALES),
    "disputes.manage": (
        _("open and settle disputes"),
        _FINANCE | {Role.COLLECTOR, Role.BILLING, Role.CREDIT_MANAGER},
    ),
    "dunning.view": (_("see reminders"), _MONEY_READERS),
    "dunning.propose": (_("propose dunning runs"), _FINANCE | {Role.COLLECTOR}),
    "dunning.approve": (
        _("approve dunning runs"),
        frozenset({Role.FINANCE_MANAGER, Role.CREDIT_MANAGER}),
    ),
    "dunning.send": (
        _("send approved reminders"),
        frozenset({Role.COLLECTOR, Role.FINANCE_MANAGER}),
    ),
    "dunning.hold": (
        _("pause reminders for an item or customer"),
        _FINANCE | {Role.COLLECTOR, Role.CREDIT_MANAGER},
    ),
    "reporting.view": (_("see receivables reports"), _MONEY_READERS | {Role.SALES_MANAGER}),
    "reporting.view_sales": (_("see sales reports"), _MONEY_READERS | _SALES),
}


def rights_of(roles: frozenset[str]) -> frozenset[str]:
    """All rights that the given roles carry together."""
    return frozenset(right for right, (_label, carriers) in RIGHTS.items() if carriers & roles)


def carriers_of(right: str) -> list[str]:
    """Labels of the roles that carry a right, for refusals that name who can help."""
    return sorted(str(Role(role).label) for role in RIGHTS[right][1])
