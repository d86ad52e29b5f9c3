"""Headings of lists of open items in English, German and Swedish, and words for their kinds."""

from core.sheets import fields_by_name, plain

FIELDS = {
    "number": "number, no, nr, document, document number, document no, doc no, doc number, invoice,"
    " invoice number, invoice no, invoice id, item, item number, item no, voucher, voucher number,"
    " reference number, Nummer, Belegnummer, Beleg, Belegnr, Beleg-Nr, Rechnung, Rechnungsnummer,"
    " Rechnungsnr, Rechnungs-Nr, Rechnung Nr, RE-Nr, Dokument, Dokumentnummer, fakturanummer,"
    " fakturanr, faktura, faktura nr, fakturanr., verifikationsnummer, dokumentnummer, löpnummer",
    "kind": "kind, type, document type, doc type, document kind, item type, Art, Belegart, Typ,"
    " Dokumentart, Vorgangsart, typ, slag, dokumenttyp, fakturatyp, verifikationstyp",
    "customer": "customer, customer number, customer no, customer id, customer nr, customer code,"
    " customer account, cust no, debtor, debtor number, debtor no, account, account number,"
    " account no, Kunde, Kundennummer, Kundennr, Kunden-Nr, Debitor, Debitorennummer, Debitorennr,"
    " Debitoren-Nr, Konto, Kontonummer, kund, kundnummer, kundnr, kund-nr, kund-id",
    "issued": "issue date, issued, issued on, date, invoice date, document date, doc date,"
    " date of issue, posting date, billing date, Datum, Rechnungsdatum, Belegdatum,"
    " Ausstellungsdatum, Rechnungsdat, Buchungsdatum, fakturadatum, datum, utfärdad,"
    " utfärdandedatum, dokumentdatum, bokföringsdatum",
    "due": "due date, due, due on, date due, payment due, payable by, Fällig, Fälligkeit,"
    " Fällig am, Fälligkeitsdatum, Zahlbar bis, förfallodatum, förfallodag, förfaller",
    "currency": "currency, currency code, ccy, cur, Währung, Waehrung, Währungscode, WKZ, valuta,"
    " valutakod",
    "amount": "amount, open amount, open, outstanding, outstanding amount, gross, gross amount,"
    " total, total amount, invoice amount, balance, amount due, Betrag, Offener Betrag, Offen,"
    " Saldo, Brutto, Bruttobetrag, Rechnungsbetrag, Restbetrag, Gesamtbetrag, OP-Betrag, belopp,"
    " öppet belopp, restbelopp, brutto, bruttobelopp, fakturabelopp, totalbelopp, att betala",
    "functional": "functional amount, amount in books, amount in local currency, local amount,"
    " book value, books amount, Betrag in Hauswährung, Hauswährung, Hauswährungsbetrag,"
    " Betrag Hauswährung, Basisbetrag, Buchwert, belopp i redovisningsvaluta,"
    " redovisningsbelopp, bokfört belopp, bokfört värde",
    "discount_percent": "discount percent, discount %, discount, discount rate, cash discount,"
    " cash discount %, cash discount percent, discount pct, Skonto, Skonto %, Skontosatz,"
    " Skonto Prozent, Skontoprozent, Skonto in %, kassarabatt, kassarabatt %, rabatt, rabatt %,"
    " rabattprocent, kassarabattprocent",
    "discount_until": "discount date, discount until, discount due date, discount due,"
    " discount day, last discount day, last day of discount, discount last day, cash discount date,"
    " cash discount until, discount deadline, Skonto bis, Skontodatum, Skontofrist, Skonto Datum,"
    " Skontofälligkeit, Skontotermin, kassarabatt till, kassarabatt t.o.m., rabatt till,"
    " rabattdatum, kassarabattdatum",
    "po": "PO number, PO, PO no, purchase order, purchase order number, order number, order no,"
    " order, customer order, customer reference, your reference, your order, Bestellnummer,"
    " Bestellnr, Bestell-Nr, Bestellung, Auftragsnummer, Ihre Bestellnummer, Kundenreferenz,"
    " inköpsorder, inköpsordernummer, ordernummer, ordernr, beställningsnummer, er referens,"
    " ert ordernummer",
    "rf": "RF, RF reference, RF number, RF creditor reference, creditor reference,"
    " structured reference, payment reference, ISO 11649, RF-Referenz, RF-Nummer,"
    " Zahlungsreferenz, Gläubigerreferenz, Verwendungszweck, betalningsreferens, RF-referens",
    "ocr": "OCR, OCR reference, OCR number, OCR no, OCR-Nummer, OCR-Referenz, OCR-nummer, OCR-nr,"
    " OCR-referens, referensnummer",
}
EXAMPLE = "“Number”, “Customer”, “Issue date”, “Due date”, “Amount”"
FIELD_OF = fields_by_name(FIELDS)

_CREDIT = (
    "credit note, credit, creditnote, credit memo, cn, crn, 381, Gutschrift, GS, GU, Rechnungs"
    "korrektur, Kredit, kreditfaktura, kreditnota, kredit, kreditering, K"
)
_INVOICE = (
    "invoice, inv, debit, debit note, 380, Rechnung, RE, RG, RECH, AR, faktura, debetfaktura,"
    " debet, F, I, open item, item, OP, Forderung, fordran"
)
IS_CREDIT = {plain(word): False for word in _INVOICE.split(",")} | {
    plain(word): True for word in _CREDIT.split(",")
}
"""Word for a kind as ``core.sheets.plain`` makes it -> whether it is a credit note."""
