"""The verbs of receivables; every other room imports them from here."""

from receivables.rules.leeway import KINDS, USUAL, Leeway
from receivables.services.account_statement import AccountRow, statement_of_account
from receivables.services.advances import (
    ADVANCE_RIGHT,
    advance_with_rest,
    bind_advance,
    free_advance,
    free_spare_advances,
    invoices_to_be_paid_ahead,
    orders_with_spare_advances,
    still_unbilled,
    take_advance,
)
from receivables.services.advising import RIGHT as ADVICE_RIGHT
from receivables.services.advising import AdvicesTaken, drop_advice, import_advice
from receivables.services.allocating import allocate, take_back
from receivables.services.asking import ask_colleague
from receivables.services.asking_payer import (
    PAYER_ANSWERS,
    PAYMENT_FOR,
    answer_payer,
    ask_payer,
    payable,
)
from receivables.services.backtesting import (
    BACKTEST_JOB,
    Tally,
    backtest,
    keep_backtest,
    start_backtest,
)
from receivables.services.balances import (
    account_differences,
    document_differences,
    import_balances,
    lacks_control_account,
    newest_list,
)
from receivables.services.base_rates import base_rates, enter_base_rate
from receivables.services.booking import book_invoice, book_invoices, invoices_awaiting_booking
from receivables.services.books_out import export_books, start_books_export
from receivables.services.bouncing import bounce_cheque, return_payment
from receivables.services.claim_waiving import claims_to_lower, lower_claim, waive_claim
from receivables.services.claiming import (
    InterestQuote,
    claim_all_interest,
    claim_interest,
    interest_quote,
)
from receivables.services.closing import close_books, decide_reopening, propose_reopening
from receivables.services.csv_profiles import forget_csv_profile, preview_csv, save_csv_profile
from receivables.services.debit_proposal import DebitPlan, first_day, propose_debits
from receivables.services.debiting import approve_debits, discard_debits
from receivables.services.depositing import hand_in, match_deposits, put_on_slip, take_off_slip
from receivables.services.exporting import export_bookings
from receivables.services.forgetting import FORGET_RIGHT, forget_payer, remember_payer
from receivables.services.habits import ENOUGH, forget_habit, late_days, remember_habit
from receivables.services.hand_papers import deposit_paper, netting_paper, receipt_paper
from receivables.services.importing import import_bank_file, keep_bank_file
from receivables.services.leeway import (
    LEEWAY_RIGHT,
    changed,
    leeway_of,
    set_leeway,
    settings_of,
)
from receivables.services.matching import (
    Suggestions,
    accept,
    accept_sure,
    auto_match,
    match_entry,
    propose,
)
from receivables.services.matching_files import MATCHED_AT_ONCE, match_file
from receivables.services.month_checks import MonthCheck, month_checks
from receivables.services.month_closing import PROOF_JOB, close_month, keep_proof, start_proof
from receivables.services.netting import (
    APPROVE_NETTING,
    NET_RIGHT,
    NettingDraft,
    SupplierDocument,
    decide_netting,
    nettable,
    propose_netting,
    take_back_netting,
)
from receivables.services.netting_mail import nettings_to_tell, tell_netting
from receivables.services.opening import import_items
from receivables.services.periods import is_softly_closed, post_late
from receivables.services.provider_access import PAY, provider_of, uses_provider
from receivables.services.provider_hearing import (
    hear_provider,
    news_of_provider,
    read_provider_news,
)
from receivables.services.provider_offering import offer_payment
from receivables.services.provider_refunding import (
    decide_refund,
    propose_refund,
    refundable,
    refunds_to_send,
    send_refund,
)
from receivables.services.provider_settling import fetch_settlement, import_settlement
from receivables.services.provider_starting import (
    PaymentWish,
    begin_payment,
    payable_items,
    usable_credits,
)
from receivables.services.provider_taking import clear_trouble, sync_payment, take_over
from receivables.services.providing import (
    STEPS,
    ProvisionLine,
    book_provision,
    provision_lines,
    provision_on,
    provision_rates,
    set_provision_rates,
)
from receivables.services.rate_fetching import fetch_rates
from receivables.services.rate_lists import RATES_RIGHT, enter_rate, import_rates
from receivables.services.rates import Rates
from receivables.services.receiving import (
    TAKE_RIGHT,
    ReceiptDraft,
    cancel_receipt,
    cash_rule,
    take_receipt,
)
from receivables.services.refund_deciding import PAY as PAY_REFUNDS
from receivables.services.refund_deciding import (
    RefundOrder,
    decide_bank_refund,
    reject_bank_refund,
    withdraw_bank_refund,
    write_refund_run,
)
from receivables.services.refund_proposing import (
    RefundAccount,
    account_policy,
    give_refund_account,
    origin_of,
    propose_bank_refund,
    propose_bank_refunds,
    set_account_policy,
)
from receivables.services.refund_settling import settle_refunds
from receivables.services.returning import returnable
from receivables.services.revaluing import (
    all_valuations,
    due_valuations,
    revalue,
    valuations,
)
from receivables.services.set_up import add_bank_account, set_up_datev, set_up_ledger
from receivables.services.settlements import ShareDraft
from receivables.services.tolerances import TOLERANCE_RIGHT, Policy, policy_on, set_tolerances
from receivables.services.undoing import unapply_match, undo_match
from receivables.services.undoing_imports import undo_import, why_not_undone
from receivables.services.writing_off import (
    APPROVE_RIGHT,
    ASK_RIGHT,
    WriteOffDraft,
    ask_write_off,
    decide_write_off,
    locked_item,
    take_back_write_off,
    write_off,
    write_off_many,
)

__all__ = [
    "ADVANCE_RIGHT",
    "advance_with_rest",
    "bind_advance",
    "free_advance",
    "free_spare_advances",
    "invoices_to_be_paid_ahead",
    "lower_claim",
    "orders_with_spare_advances",
    "still_unbilled",
    "take_advance",
    "ENOUGH",
    "forget_habit",
    "late_days",
    "remember_habit",
    "InterestQuote",
    "base_rates",
    "claim_all_interest",
    "claim_interest",
    "claims_to_lower",
    "enter_base_rate",
    "interest_quote",
    "waive_claim",
    "APPROVE_NETTING",
    "NET_RIGHT",
    "TAKE_RIGHT",
    "NettingDraft",
    "ReceiptDraft",
    "SupplierDocument",
    "bounce_cheque",
    "cancel_receipt",
    "cash_rule",
    "decide_netting",
    "deposit_paper",
    "hand_in",
    "match_deposits",
    "nettable",
    "netting_paper",
    "nettings_to_tell",
    "propose_netting",
    "put_on_slip",
    "receipt_paper",
    "take_back_netting",
    "take_off_slip",
    "take_receipt",
    "PAY_REFUNDS",
    "RefundAccount",
    "RefundOrder",
    "account_policy",
    "decide_bank_refund",
    "give_refund_account",
    "origin_of",
    "propose_bank_refund",
    "propose_bank_refunds",
    "reject_bank_refund",
    "set_account_policy",
    "settle_refunds",
    "withdraw_bank_refund",
    "write_refund_run",
    "PAY",
    "PaymentWish",
    "begin_payment",
    "clear_trouble",
    "decide_refund",
    "fetch_settlement",
    "hear_provider",
    "import_settlement",
    "news_of_provider",
    "offer_payment",
    "payable_items",
    "propose_refund",
    "provider_of",
    "read_provider_news",
    "refundable",
    "refunds_to_send",
    "send_refund",
    "sync_payment",
    "take_over",
    "usable_credits",
    "uses_provider",
    "ADVICE_RIGHT",
    "PAYER_ANSWERS",
    "PAYMENT_FOR",
    "answer_payer",
    "ask_payer",
    "payable",
    "BACKTEST_JOB",
    "KINDS",
    "LEEWAY_RIGHT",
    "Leeway",
    "Tally",
    "USUAL",
    "backtest",
    "changed",
    "keep_backtest",
    "leeway_of",
    "set_leeway",
    "settings_of",
    "start_backtest",
    "FORGET_RIGHT",
    "forget_csv_profile",
    "forget_payer",
    "remember_payer",
    "AdvicesTaken",
    "MATCHED_AT_ONCE",
    "AccountRow",
    "RATES_RIGHT",
    "DebitPlan",
    "MonthCheck",
    "PROOF_JOB",
    "ProvisionLine",
    "Rates",
    "STEPS",
    "ShareDraft",
    "Suggestions",
    "accept",
    "account_differences",
    "accept_sure",
    "add_bank_account",
    "allocate",
    "approve_debits",
    "ask_colleague",
    "auto_match",
    "book_invoice",
    "book_provision",
    "document_differences",
    "import_balances",
    "newest_list",
    "provision_lines",
    "provision_on",
    "provision_rates",
    "set_provision_rates",
    "book_invoices",
    "close_books",
    "close_month",
    "decide_reopening",
    "discard_debits",
    "drop_advice",
    "enter_rate",
    "fetch_rates",
    "first_day",
    "export_bookings",
    "export_books",
    "import_advice",
    "import_bank_file",
    "import_items",
    "import_rates",
    "invoices_awaiting_booking",
    "is_softly_closed",
    "keep_proof",
    "keep_bank_file",
    "lacks_control_account",
    "match_file",
    "match_entry",
    "month_checks",
    "post_late",
    "propose",
    "propose_debits",
    "propose_reopening",
    "return_payment",
    "returnable",
    "revalue",
    "set_up_datev",
    "preview_csv",
    "save_csv_profile",
    "set_up_ledger",
    "start_books_export",
    "start_proof",
    "statement_of_account",
    "take_back",
    "all_valuations",
    "due_valuations",
    "valuations",
    "unapply_match",
    "undo_import",
    "undo_match",
    "why_not_undone",
    "APPROVE_RIGHT",
    "ASK_RIGHT",
    "Policy",
    "TOLERANCE_RIGHT",
    "WriteOffDraft",
    "ask_write_off",
    "decide_write_off",
    "locked_item",
    "policy_on",
    "set_tolerances",
    "take_back_write_off",
    "write_off",
    "write_off_many",
    "tell_netting",
]
