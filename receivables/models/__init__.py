"""The subledger: journal, open items and allocations, bank files, their entries and matches."""

from receivables.models.advances import OrderAdvance
from receivables.models.advices import AdviceLine, RemittanceAdvice
from receivables.models.bank import (
    BankAccount,
    BankCsvProfile,
    BankEntry,
    BankFile,
    BankNotice,
    BankStatement,
    EntryQuestion,
)
from receivables.models.claims import BaseRate, Claim
from receivables.models.closing import (
    Area,
    BooksClosing,
    LatePosting,
    ProofRun,
    Reopening,
    Strength,
)
from receivables.models.debits import Debit, DebitRun
from receivables.models.exports import BooksExport, BooksSetting, PersonalAccount
from receivables.models.items import Allocation, ItemReference, OpenItem
from receivables.models.learned import HabitSign, PayerAlias
from receivables.models.ledger import Account, JournalEntry, JournalLine
from receivables.models.matches import BankMatch
from receivables.models.matching import Backtest, MatchingSettings
from receivables.models.nettings import Netting, NettingDocument, NettingItem
from receivables.models.provider import (
    ProviderEvent,
    ProviderMovement,
    ProviderPayment,
    ProviderRefund,
    ProviderSettlement,
    ProviderSettlementLine,
    ProviderShare,
)
from receivables.models.rates import ExchangeRate
from receivables.models.receipts import CashLimits, DepositSlip, Receipt
from receivables.models.reconciling import LedgerBalance, LedgerList, ProvisionRate
from receivables.models.refunds import AccountPolicy, BankRefund, RefundRun
from receivables.models.write_offs import (
    Tolerance,
    TolerancePolicy,
    WriteOff,
    WriteOffReason,
    WriteOffState,
)

__all__ = [
    "BaseRate",
    "Claim",
    "AccountPolicy",
    "BankRefund",
    "RefundRun",
    "Backtest",
    "MatchingSettings",
    "Account",
    "AdviceLine",
    "Allocation",
    "Area",
    "BankAccount",
    "BankCsvProfile",
    "BankEntry",
    "BankFile",
    "BankMatch",
    "BankNotice",
    "BankStatement",
    "BooksClosing",
    "CashLimits",
    "Debit",
    "DebitRun",
    "DepositSlip",
    "BooksExport",
    "BooksSetting",
    "EntryQuestion",
    "ExchangeRate",
    "ItemReference",
    "JournalEntry",
    "JournalLine",
    "LatePosting",
    "LedgerBalance",
    "LedgerList",
    "HabitSign",
    "Netting",
    "NettingDocument",
    "NettingItem",
    "OpenItem",
    "OrderAdvance",
    "PayerAlias",
    "PersonalAccount",
    "ProofRun",
    "ProvisionRate",
    "ProviderEvent",
    "ProviderMovement",
    "ProviderPayment",
    "ProviderRefund",
    "ProviderSettlement",
    "ProviderSettlementLine",
    "ProviderShare",
    "Receipt",
    "RemittanceAdvice",
    "Reopening",
    "Strength",
    "Tolerance",
    "TolerancePolicy",
    "WriteOff",
    "WriteOffReason",
    "WriteOffState",
]
