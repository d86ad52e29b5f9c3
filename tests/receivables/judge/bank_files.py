"""What banks write of the payments: camt.053 of three versions, MT940 of three countries."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from tests.receivables.judge.books import Payment

Writer = Callable[["Account", date, Sequence[Payment], random.Random], bytes]


class Account:
    """One of our accounts, its running balance and its way of telling."""

    def __init__(self, iban: str, currency: str, write: Writer) -> None:
        self.iban, self.currency, self.write = iban, currency, write
        self.balance = Decimal("10000.00")
        self.statements = 0

    def statement(
        self, day: date, payments: Sequence[Payment], name: str, chance: random.Random
    ) -> bytes:
        """The day's file; each payment learns where it stands."""
        self.statements += 1
        for position, one in enumerate(payments, start=1):
            one.place = (name, position)
        content = self.write(self, day, payments, chance)
        self.balance += sum((one.amount for one in payments), Decimal(0))
        return content


# --- camt.053 ------------------------------------------------------------------------------------
def camt(version: int, *, batches: bool = False) -> Writer:
    """A writer of this version; with ``batches`` payments with a reference come as one sum."""

    def write(
        account: Account, day: date, payments: Sequence[Payment], chance: random.Random
    ) -> bytes:
        closing = account.balance + sum((one.amount for one in payments), Decimal(0))
        entries = "".join(
            _entry(account, group, version, day, chance) for group in _groups(payments, batches)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><Document'
            f' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"><BkToCstmrStmt>'
            f"<GrpHdr><MsgId>{account.iban[-4:]}{account.statements}</MsgId>"
            f"<CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>{account.statements}</Id>"
            f"<ElctrncSeqNb>{account.statements}</ElctrncSeqNb><CreDtTm>{day}T20:00:00</CreDtTm>"
            f"<Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy></Acct>"
            f"{_balance('OPBD', account.balance, account, day)}"
            f"{_balance('CLBD', closing, account, day)}{entries}</Stmt></BkToCstmrStmt></Document>"
        ).encode()

    return write


def _groups(payments: Sequence[Payment], batches: bool) -> list[list[Payment]]:
    groups: list[list[Payment]] = []
    for one in payments:
        last = groups[-1][-1] if groups else None
        is_joined = batches and last and last.creditor_reference and one.creditor_reference
        if is_joined:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _balance(code: str, amount: Decimal, account: Account, day: date) -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{account.currency}">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(
    account: Account, group: Sequence[Payment], version: int, day: date, chance: random.Random
) -> str:
    total = sum((one.amount for one in group), Decimal(0))
    status = "BOOK" if version < 8 else "<Cd>BOOK</Cd>"
    side = "CRDT" if total >= 0 else "DBIT"
    details = "".join(_details(account, one, version, chance) for one in group)
    reference = f"{account.statements:03d}{group[0].place[1]:04d}"
    return (
        f'<Ntry><Amt Ccy="{account.currency}">{abs(total)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _details(account: Account, one: Payment, version: int, chance: random.Random) -> str:
    unit, told = one.instructed or (account.currency, abs(one.amount))
    amounts = f'<InstdAmt><Amt Ccy="{unit}">{told}</Amt></InstdAmt>' if one.instructed else ""
    amounts += f'<TxAmt><Amt Ccy="{account.currency}">{abs(one.amount)}</Amt></TxAmt>'
    charges = _charges(one, account, version)
    returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" if one.is_return else ""
    reference = f"{account.statements:03d}{one.place[1]:04d}T"
    amount = f'<Amt Ccy="{account.currency}">{abs(one.amount)}</Amt>' if version >= 4 else ""
    side = f"<CdtDbtInd>{'CRDT' if one.amount > 0 else 'DBIT'}</CdtDbtInd>" if amount else ""
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<EndToEndId>{escape(one.end_to_end or 'NOTPROVIDED')[:35]}</EndToEndId></Refs>"
        f"{amount}{side}<AmtDtls>{amounts}</AmtDtls>{charges}{_parties(one, version)}"
        f"{_remittance(account, one, chance)}{returned}</TxDtls>"
    )


def _charges(one: Payment, account: Account, version: int) -> str:
    if not one.charges:
        return ""
    inner = f'<Amt Ccy="{account.currency}">{one.charges}</Amt>'
    return f"<Chrgs>{inner}</Chrgs>" if version < 4 else f"<Chrgs><Rcrd>{inner}</Rcrd></Chrgs>"


def _parties(one: Payment, version: int) -> str:
    def party(tag: str, name: str) -> str:
        inner = f"<Nm>{escape(name[:70])}</Nm>"
        return f"<{tag}>{inner if version < 8 else f'<Pty>{inner}</Pty>'}</{tag}>" if name else ""

    roles = ("Dbtr", "UltmtDbtr") if one.amount > 0 else ("Cdtr", "UltmtCdtr")
    account = f"<{roles[0]}Acct><Id><IBAN>{one.iban}</IBAN></Id></{roles[0]}Acct>"
    inner = party(roles[0], one.name) + (account if one.iban else "")
    inner += party(roles[1], one.ultimate)
    return f"<RltdPties>{inner}</RltdPties>" if inner else ""


def _remittance(account: Account, one: Payment, chance: random.Random) -> str:
    text = one.text[:140]
    width = chance.choice([140, 140, 35])
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    free = "".join(f"<Ustrd>{escape(line)}</Ustrd>" for line in lines if line.strip())
    documents = "".join(
        f"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{escape(number)}</Nb>"
        f'</RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy="{account.currency}">{amount}</RmtdAmt>'
        "</RfrdDocAmt></Strd>"
        for number, amount in one.structured
    )
    reference = one.creditor_reference
    if reference:
        documents += (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
            f"<Ref>{reference}</Ref></CdtrRefInf></Strd>"
        )
    return f"<RmtInf>{free}{documents}</RmtInf>" if free or documents else ""


# --- MT940 ---------------------------------------------------------------------------------------
def mt940(details: Callable[[Payment], list[str]]) -> Writer:
    """A writer with this country's field :86:."""

    def write(
        account: Account, day: date, payments: Sequence[Payment], chance: random.Random
    ) -> bytes:
        closing = account.balance + sum((one.amount for one in payments), Decimal(0))
        lines = [f":20:{account.statements:06d}", f":25:{account.iban}"]
        lines.append(f":28C:{account.statements:05d}/001")
        lines.append(f":60F:{_sided(account.balance)[0]}{day:%y%m%d}{account.currency}"
                     f"{_sided(account.balance)[1]}")  # fmt: skip
        for one in payments:
            side, amount = _sided(one.amount)
            end = (one.end_to_end or "NONREF")[:16]
            lines.append(f":61:{day:%y%m%d}{day:%m%d}{side}{amount}NTRF{end}"
                         f"//{account.statements:03d}{one.place[1]:04d}")  # fmt: skip
            lines += details(one)
        side, amount = _sided(closing)
        lines += [f":62F:{side}{day:%y%m%d}{account.currency}{amount}", "-"]
        return "\r\n".join(lines).encode("cp1252", "replace")

    return write


def _sided(amount: Decimal) -> tuple[str, str]:
    return ("C" if amount >= 0 else "D"), f"{abs(amount):.2f}".replace(".", ",")


def _told(one: Payment) -> str:
    """All a text-only bank can tell: text, list, reference."""
    rest = [f"{number} {amount}" for number, amount in one.structured]
    if one.creditor_reference:
        rest.append(one.creditor_reference)
    if one.ultimate:
        rest.append(f"ABWA+{one.ultimate}")
    return " ".join([one.text.replace("\n", ""), *rest]).strip()


def german(one: Payment) -> list[str]:
    """Subfields of 27 signs, SEPA tags inside."""
    end = f"EREF+{one.end_to_end or 'NOTPROVIDED'} "
    purpose = end + f"SVWZ+{_told(one)}"
    parts = [purpose[at : at + 27] for at in range(0, len(purpose), 27)][:10]
    fields = ["159" if one.is_return else "166", "00GUTSCHRIFT"] + [
        f"{20 + at}{part}" for at, part in enumerate(parts)
    ]
    if one.iban:
        fields += [f"30{'COBADEFFXXX'}", f"31{one.iban}"]
    fields.append(f"32{one.name[:27]}")
    if len(one.name) > 27:
        fields.append(f"33{one.name[27:54]}")
    text = "?".join(field.replace("?", ".") for field in fields)
    return _folded(text)


def dutch(one: Payment) -> list[str]:
    """Words between slashes, 65 signs a line."""
    text = f"/TRTP/SEPA OVERBOEKING/IBAN/{one.iban}/BIC/RABONL2U/NAME/{one.name}"
    if _told(one):
        text += f"/REMI/USTD//{_told(one)}"
    if one.is_return:
        text += "/RTRN/AC04"
    return _folded(f"{text}/EREF/{one.end_to_end or 'NOTPROVIDED'}")


def _folded(text: str) -> list[str]:
    lines = [text[at : at + 65] for at in range(0, len(text), 65)]
    return [":86:" + lines[0], *lines[1:]]
