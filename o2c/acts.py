"""What a person may begin from anywhere: the acts of the command palette."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Act:
    """A page where something is begun; ``words`` are what people may call it besides its name."""

    label: str | Promise
    icon: str
    url_name: str
    right: str = ""
    words: str | Promise = ""


ACTS = (
    Act(_("New order"), "plus", "orders:new", "orders.enter", _("enter create sell")),
    Act(_("Import orders"), "upload", "orders:import", "orders.enter", _("file UBL CSV")),
    Act(_("New customer"), "user-plus", "customers:new", "customers.change", _("debtor create")),
    Act(
        _("Import customers"),
        "database-import",
        "customers:import",
        "customers.change_bank_details",
        _("debtors list CSV"),
    ),
    Act(_("New product"), "package", "catalog:new", "catalog.change", _("article create")),
    Act(
        _("New price list"), "tags", "catalog:new_price_list", "catalog.change", _("prices create")
    ),
    Act(
        _("Receive stock"),
        "package-import",
        "fulfillment:receive",
        "fulfillment.adjust_stock",
        _("goods in warehouse"),
    ),
    Act(
        _("Adjust stock"),
        "adjustments-horizontal",
        "fulfillment:adjust",
        "fulfillment.adjust_stock",
        _("count warehouse"),
    ),
    Act(
        _("Import bank file"),
        "database-import",
        "receivables:upload",
        "receivables.import_statement",
        _("statement camt MT940 payments"),
    ),
    Act(
        _("Import opening items"),
        "database-import",
        "receivables:import_items",
        "receivables.open",
        _("opening balance list CSV"),
    ),
    Act(
        _("Match payments"),
        "arrows-exchange",
        "receivables:matching",
        "receivables.match",
        _("bank cash apply"),
    ),
    Act(
        _("Propose direct debits"),
        "building-bank",
        "receivables:propose_debits",
        "receivables.propose_debits",
        _("SEPA collect mandate pain.008"),
    ),
    Act(
        _("Write payment file"),
        "file-export",
        "receivables:write_refund_run",
        "receivables.pay_refunds",
        _("refund bank transfer SEPA pain.001"),
    ),
    Act(
        _("Propose reminders"),
        "mail-plus",
        "dunning:propose",
        "dunning.propose",
        _("dunning run overdue"),
    ),
    Act(
        _("Hand out the books"),
        "package-export",
        "receivables:export_books",
        "receivables.export_books",
        _("DATEV SIE SAF-T CSV tax adviser export"),
    ),
    Act(
        _("Close a month"),
        "lock",
        "receivables:cockpit",
        "receivables.close_period",
        _("close the books period checks proof"),
    ),
    Act(_("Profile, language, look"), "user-circle", "core:profile", "", _("settings keys theme")),
)
