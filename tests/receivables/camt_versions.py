"""One made bank statement in every version of camt.053: what the versions write differently."""

VERSIONS = range(2, 14)
_PARTS = (("10.00", "Eins", "one"), ("20.00", "Zwei", "two"))


def statement_of_version(version: int) -> bytes:
    """A payment, a batch of two, a fee and a pending entry as camt.053.001.``version`` has them.

    The schemas differ in ``Sts`` (text up to 7, a choice from 8), in the party (``Nm`` up to 5,
    ``Pty`` from 6), in ``BIC``/``BICFI``, and in where a transaction's amount stands.
    """
    body = (
        _entry(version, "119.00", "CRDT", "B1", [_payment(version)])
        + _entry(version, "30.00", "CRDT", "B2", [_part(version, *part) for part in _PARTS])
        + _entry(version, "3.00", "DBIT", "B3", [], text="fee")
        + _entry(version, "77.00", "CRDT", "B4", [], status="PDNG")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-02T18:00:00</CreDtTm></GrpHdr>"
        "<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-03-02T18:00:00</CreDtTm>"
        "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        + _balance("OPBD", "100.00")
        + _balance("CLBD", "246.00")
        + body
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def _entry(
    version: int,
    amount: str,
    side: str,
    reference: str,
    details: list[str],
    *,
    text: str = "",
    status: str = "BOOK",
) -> str:
    told = status if version < 8 else f"<Cd>{status}</Cd>"
    inner = f"<NtryDtls>{''.join(details)}</NtryDtls>" if details else ""
    more = f"<AddtlNtryInf>{text}</AddtlNtryInf>" if text else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{told}</Sts>'
        "<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd>{inner}{more}</Ntry>"
    )


def _payment(version: int) -> str:
    return (
        "<TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs>"
        + _amount(version, "119.00")
        + f"<RltdPties><Dbtr>{_party(version, 'Käufer AG')}</Dbtr>"
        "<DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>"
        + _agent(version)
        + "<RmtInf><Ustrd>RE-1</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf>"
        "</Strd></RmtInf></TxDtls>"
    )


def _part(version: int, amount: str, name: str, text: str) -> str:
    return (
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        + _amount(version, amount)
        + f"<RltdPties><Dbtr>{_party(version, name)}</Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def _amount(version: int, amount: str) -> str:
    if version < 3:
        return f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>'
    return f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'


def _party(version: int, name: str) -> str:
    return f"<Nm>{name}</Nm>" if version < 6 else f"<Pty><Nm>{name}</Nm></Pty>"


def _agent(version: int) -> str:
    tag = "BIC" if version < 3 else "BICFI"
    return (
        f"<RltdAgts><DbtrAgt><FinInstnId><{tag}>BYLADEM1001</{tag}></FinInstnId></DbtrAgt>"
        "</RltdAgts>"
    )


def told_in_version(version: int) -> bytes:
    """Three payments of which the bank tells more: exchanged less charges, by the transaction's
    amount alone, and on the entry itself."""
    rate = "<CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.08793</XchgRate></CcyXchg>"
    sent = f'<InstdAmt><Amt Ccy="USD">1000.00</Amt>{rate}</InstdAmt>'
    record = '<Amt Ccy="EUR">7.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
    apart = '<Amt Ccy="EUR">1.00</Amt><ChrgInclInd>false</ChrgInclInd>'
    kept = f"<Chrgs>{record}</Chrgs><Chrgs>{apart}</Chrgs>"
    if version >= 4:
        kept = f"<Chrgs><Rcrd>{record}</Rcrd><Rcrd>{apart}</Rcrd></Chrgs>"
    own = '<Amt Ccy="EUR">911.67</Amt><CdtDbtInd>CRDT</CdtDbtInd>' if version >= 3 else ""
    first = f"<TxDtls>{own}<AmtDtls>{sent}</AmtDtls>{kept}</TxDtls>"
    second = (
        '<TxDtls><AmtDtls><TxAmt><Amt Ccy="SEK">500.00</Amt></TxAmt>'
        '<CntrValAmt><Amt Ccy="EUR">45.00</Amt></CntrValAmt></AmtDtls></TxDtls>'
    )
    third = '<AmtDtls><InstdAmt><Amt Ccy="USD">300.00</Amt></InstdAmt></AmtDtls><NtryDtls>'
    body = (
        _entry(version, "911.67", "CRDT", "B1", [first])
        + _entry(version, "45.00", "CRDT", "B2", [second])
        + _entry(version, "275.00", "CRDT", "B3", ["<TxDtls/>"]).replace("<NtryDtls>", third)
    )
    whole = statement_of_version(version).decode()
    head, rest = whole.split("<Ntry>", 1)
    head = head.replace("246.00", "1331.67")
    return (head + body + rest[rest.rindex("</Ntry>") + len("</Ntry>") :]).encode()
