"""What the schemas say of the structures that our SAF-T files use, and a reader that holds a file
to it.

Written down from the published schema of Norway's 1.30, for the OECD's 2.00 from Norway's first
schema, which stood in the OECD's namespace, and from other countries' descendants of it: order,
presence, types, lengths and lists, nothing else. The reader knows nothing of our writer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

OPENING, CLOSING = (f"({w}DebitBalance|{w}CreditBalance)" for w in ("Opening", "Closing"))
AMOUNT = "Amount (CurrencyCode CurrencyAmount ExchangeRate?)?"
COMPANY = "RegistrationNumber? Name Address* Contact* TaxRegistration* BankAccount*"
COMMON = {
    "AuditFile": "Header MasterFiles? GeneralLedgerEntries? SourceDocuments?",
    "Contact": "ContactPerson Telephone? Fax? Email? Website?",
    "ContactPerson": "Title? FirstName Initials? LastNamePrefix? LastName BirthName? Salutation?"
    " OtherTitles*",
    "SelectionCriteria": "TaxReportingJurisdiction? CompanyEntity?"
    " (SelectionStartDate SelectionEndDate|PeriodStart PeriodStartYear PeriodEnd PeriodEndYear)"
    " DocumentType? OtherCriteria*",
    "TaxRegistration": "TaxRegistrationNumber TaxType? TaxNumber? TaxAuthority?"
    " TaxVerificationDate?",
    "MasterFiles": "GeneralLedgerAccounts? Taxonomies? Customers? Suppliers? TaxTable? UOMTable?"
    " AnalysisTypeTable? MovementTypeTable? Products? PhysicalStock? Owners? Assets?",
    "GeneralLedgerAccounts": "Account+",
    "Customers": "Customer+",
    "TaxTable": "TaxTableEntry+",
    "TaxTableEntry": "TaxType Description TaxCodeDetails+",
    "GeneralLedgerEntries": "NumberOfEntries TotalDebit TotalCredit Journal*",
    "Journal": "JournalID Description Type Transaction*",
    "DebitAmount": AMOUNT,
    "CreditAmount": AMOUNT,
}
HEADER = (
    "AuditFileVersion AuditFileCountry AuditFileRegion? AuditFileDateCreated SoftwareCompanyName"
    " SoftwareID SoftwareVersion Company DefaultCurrencyCode SelectionCriteria HeaderComment?"
    " TaxAccountingBasis TaxEntity?"
)
ADDRESS = (
    "StreetName? Number? AdditionalAddressDetail? Building? City PostalCode Region? Country?"
    " AddressType?"
)
CODE, SHORT, MIDDLE, LONGER, LONG = 9, 18, 35, 70, 256
LENGTHS = {
    "AuditFileVersion": CODE, "Type": CODE, "TaxType": CODE,
    "SoftwareVersion": SHORT, "TaxAccountingBasis": SHORT, "Telephone": SHORT, "JournalID": SHORT,
    "RecordID": SHORT,
    "RegistrationNumber": MIDDLE, "TaxRegistrationNumber": MIDDLE, "FirstName": MIDDLE,
    "CustomerID": MIDDLE, "GroupingCode": MIDDLE, "SourceDocumentID": MIDDLE,
    "ReferenceNumber": MIDDLE,
    "SoftwareCompanyName": LONGER, "LastName": LONGER, "Email": LONGER, "AccountID": LONGER,
    "TransactionID": LONGER, "VoucherType": LONGER, "VoucherDescription": LONGER,
    "SoftwareID": LONG, "AccountDescription": LONG, "GroupingCategory": LONG, "Description": LONG,
}  # fmt: skip
KINDS = {
    "day": "AuditFileDateCreated SelectionStartDate SelectionEndDate TransactionDate"
    " SystemEntryDate GLPostingDate DueDate",
    "count": "NumberOfEntries Period",
    "year": "PeriodYear",
    "money": "OpeningDebitBalance OpeningCreditBalance ClosingDebitBalance ClosingCreditBalance"
    " TotalDebit TotalCredit Amount CurrencyAmount",
    "rate": "ExchangeRate",
    "number": "TaxPercentage TaxBase",
    "share": "BaseRate",
    "country": "AuditFileCountry Country",
    "currency": "DefaultCurrencyCode CurrencyCode",
    "standard code": "StandardTaxCode",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
ADDRESS_TYPES = {
    "StreetAddress", "PostalAddress", "BillingAddress", "ShipToAddress", "ShipFromAddress",
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """One schema: children of each element, longest texts, the only values of some.

    ``lists`` by ``Parent/Child`` or by ``Child``.
    """

    space: str
    children: dict[str, str]
    lengths: dict[str, int]
    lists: dict[str, set[str]]
    account_of_customer: str


NORWAY = Rules(
    "urn:StandardAuditFile-Taxation-Financial:NO",
    COMMON
    | {
        "Header": f"{HEADER} UserID? AuditFileSender?",
        "Company": COMPANY.replace("Number?", "Number").replace("Contact*", "Contact+"),
        "Address": ADDRESS.replace("City PostalCode", "City? PostalCode?"),
        "Contact": f"{COMMON['Contact']} MobilePhone?",
        "Account": "AccountID AccountDescription GroupingCategory GroupingCode AccountType"
        f" AccountCreationDate? {OPENING} {CLOSING}",
        "Customer": f"{COMPANY} CustomerID SelfBillingIndicator? BalanceAccount* PartyInfo?",
        "BalanceAccount": f"AccountID? {OPENING} {CLOSING}",
        "TaxCodeDetails": "TaxCode EffectiveDate? ExpirationDate? Description?"
        " (TaxPercentage|FlatTaxRate)? Country Region? StandardTaxCode Compensation? BaseRate+",
        "Transaction": "TransactionID Period PeriodYear TransactionDate SourceID? VoucherType?"
        " VoucherDescription? TransactionType? Description BatchID? SystemEntryDate GLPostingDate"
        " ModificationDate? CustomerID? SupplierID? SystemID? Line+",
        "Line": "RecordID AccountID Analysis* ValueDate? SourceDocumentID? CustomerID? SupplierID?"
        " Description (DebitAmount|CreditAmount) TaxInformation* ReferenceNumber? CID? DueDate?"
        " Quantity? CrossReference? SystemEntryTime? OwnerID?",
        "TaxInformation": "TaxType? TaxCode? TaxPercentage? Country? TaxBase? TaxBaseDescription?"
        " (DebitTaxAmount|CreditTaxAmount) TaxExemptionReason? TaxDeclarationPeriod?",
        "DebitTaxAmount": AMOUNT,
        "CreditTaxAmount": AMOUNT,
    },
    LENGTHS
    | {"Name": LONG, "StreetName": LONG, "City": LONG, "PostalCode": LONGER, "TaxCode": LONGER},
    {
        "TaxAccountingBasis": {"A"},
        "AccountType": {"GL"},
        "TaxType": {"MVA"},
        "TaxTableEntry/Description": {"Merverdiavgift"},
        "AddressType": ADDRESS_TYPES,
    },
    "MasterFiles/Customers/Customer/BalanceAccount",
)
OECD = Rules(
    "urn:OECD:StandardAuditFile-Taxation/2.00",
    COMMON
    | {
        "Header": HEADER.replace("SelectionCriteria", "SelectionCriteria?"),
        "Company": "RegistrationNumber Name Address+ Contact+ TaxRegistration* BankAccount*",
        "Address": ADDRESS,
        "Account": "AccountID AccountDescription StandardAccountID? GroupingCategory?"
        f" GroupingCode? AccountType AccountCreationDate? {OPENING} {CLOSING}",
        "Customer": f"{COMPANY.replace('Address*', 'Address+')} CustomerID SelfBillingIndicator?"
        f" AccountID? {OPENING}? {CLOSING}?",
        "TaxCodeDetails": "TaxCode EffectiveDate? ExpirationDate? Description?"
        " (TaxPercentage|FlatTaxRate)? Country Region?",
        "Transaction": "TransactionID Period PeriodYear TransactionDate SourceID?"
        " TransactionType? Description BatchID? SystemEntryDate GLPostingDate CustomerID?"
        " SupplierID? SystemID? Line+",
        "Line": "RecordID AccountID Analysis* ValueDate? SourceDocumentID? CustomerID? SupplierID?"
        " Description (DebitAmount|CreditAmount) TaxInformation*",
        "TaxInformation": "TaxType? TaxCode? TaxPercentage? TaxBase? TaxBaseDescription? TaxAmount"
        " TaxExemptionReason? TaxDeclarationPeriod?",
        "TaxAmount": AMOUNT,
    },
    LENGTHS
    | {"Name": LONGER, "StreetName": LONGER, "City": MIDDLE, "PostalCode": SHORT, "TaxCode": CODE},
    {"AccountType": {"Asset", "Liability", "Sale", "Expense"}, "AddressType": ADDRESS_TYPES},
    "MasterFiles/Customers/Customer",
)


def faults(element: Element, rules: Rules, parent: str = "") -> Iterator[str]:
    """What of an element and all below it is not as the schema has it."""
    tag = name_of(element, rules)
    children = [name_of(child, rules) for child in element]
    if tag in rules.children:
        if not _order(rules.children[tag]).fullmatch("".join(f"{name} " for name in children)):
            yield f"{tag} has {' '.join(children)}, not {rules.children[tag]}"
    elif children:
        yield f"{parent}/{tag} is unknown"
    elif not _is_right(parent, tag, element.text or "", rules):
        yield f"{parent}/{tag}: {element.text!r}"
    for child in element:
        yield from faults(child, rules, tag)


def dangling(root: Element, rules: Rules) -> Iterator[str]:
    """Keys that are there twice, and references to what is not in the file."""
    line = "GeneralLedgerEntries/Journal/Transaction/Line"
    code = "MasterFiles/TaxTable/TaxTableEntry/TaxCodeDetails/TaxCode"
    for key, references in {
        "MasterFiles/GeneralLedgerAccounts/Account/AccountID": (
            f"{line}/AccountID",
            f"{rules.account_of_customer}/AccountID",
        ),
        "MasterFiles/Customers/Customer/CustomerID": (f"{line}/CustomerID",),
        "MasterFiles/TaxTable/TaxTableEntry/TaxType": (f"{line}/TaxInformation/TaxType",),
        code: (f"{line}/TaxInformation/TaxCode",),
        "GeneralLedgerEntries/Journal/Transaction/TransactionID": (),
    }.items():
        known = _texts(root, key, rules)
        if len(known) != len(set(known)):
            yield f"{key} twice"
        for path in references:
            yield from (f"{path}: {text}" for text in set(_texts(root, path, rules)) - set(known))


def name_of(element: Element, rules: Rules) -> str:
    """The element's name; one of a foreign namespace keeps it."""
    return element.tag.removeprefix(f"{{{rules.space}}}")


def _texts(root: Element, path: str, rules: Rules) -> list[str]:
    found = root.findall("/".join(f"s:{part}" for part in path.split("/")), {"s": rules.space})
    return [element.text or "" for element in found]


def _order(children: str) -> re.Pattern[str]:
    """A content model as an expression over names, each with a blank behind it."""
    return re.compile(re.sub(r"\w+", lambda name: f"(?:{name[0]}[ ])", children), re.VERBOSE)


def _is_right(parent: str, tag: str, text: str, rules: Rules) -> bool:
    allowed = rules.lists.get(f"{parent}/{tag}", rules.lists.get(tag))
    if allowed is not None and parent != "TaxRegistration":
        return text in allowed
    if tag in KIND_OF:
        return CHECKS[KIND_OF[tag]](text)
    return bool(text.strip()) and len(text) <= rules.lengths.get(tag, 0)


def _is_decimal(text: str, digits: int = 99, places: int = 99) -> bool:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return False
    _sign, figures, exponent = Decimal(text).as_tuple()
    return len(figures) <= digits and -int(exponent) <= places


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_between(text: str, low: int, high: int) -> bool:
    try:
        return low <= Decimal(text) <= high
    except InvalidOperation:
        return False


CHECKS: dict[str, Callable[[str], bool]] = {
    "day": _is_day,
    "count": str.isdecimal,
    "year": lambda text: text.isdecimal() and _is_between(text, 1970, 2100),
    "money": lambda text: _is_decimal(text, 18, 2),
    "rate": lambda text: _is_decimal(text, 18, 8),
    "number": _is_decimal,
    "share": lambda text: _is_between(text, 0, 100),
    "country": lambda text: len(text) == 2,
    "currency": lambda text: len(text) == 3,
    "standard code": lambda text: bool(re.fullmatch("[0-9anAN]{1,2}", text)),
}
