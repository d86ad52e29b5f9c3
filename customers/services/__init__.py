"""The verbs of customers."""

from customers.services.addresses import add_address, change_address, deactivate_address
from customers.services.bank_accounts import (
    AddedBankAccount,
    add_bank_account,
    remove_bank_account,
)
from customers.services.contacts import add_contact, change_contact, deactivate_contact
from customers.services.customers import (
    change_customer,
    create_customer,
    set_credit_flags,
    set_customer_active,
)
from customers.services.drafts import AddressDraft, ContactDraft, CustomerDraft, TermsDraft
from customers.services.importing import import_customers
from customers.services.mandates import (
    MandateDraft,
    activate_mandate,
    enter_mandate,
    expire_mandates,
    note_mandate_use,
    revoke_mandate,
    suspend_mandate,
)
from customers.services.notes import NoteDraft, finish_step, log_note, pin_note
from customers.services.payment_terms import (
    change_payment_terms,
    create_payment_terms,
    draft_of,
    parts_of,
)

__all__ = [
    "AddedBankAccount",
    "AddressDraft",
    "ContactDraft",
    "CustomerDraft",
    "MandateDraft",
    "NoteDraft",
    "TermsDraft",
    "activate_mandate",
    "add_address",
    "add_bank_account",
    "add_contact",
    "change_address",
    "change_contact",
    "change_customer",
    "change_payment_terms",
    "create_customer",
    "create_payment_terms",
    "deactivate_address",
    "deactivate_contact",
    "draft_of",
    "enter_mandate",
    "expire_mandates",
    "finish_step",
    "import_customers",
    "log_note",
    "note_mandate_use",
    "parts_of",
    "pin_note",
    "remove_bank_account",
    "revoke_mandate",
    "set_credit_flags",
    "set_customer_active",
    "suspend_mandate",
]
