"""Headings of customer lists in English, German and Swedish, and which field each means."""

from core.sheets import fields_by_name

FIELDS = {
    "number": "number, no, no., nr, nr., customer number, customer no, customer nr,"
    " customer id, customer code, customer account, cust no, account, account number, account no,"
    " debtor, debtor number, debtor no, id, code, Nummer, Kundennummer, Kundennr, Kunden-Nr,"
    " Kunden-ID, Debitor, Debitorennummer, Debitorennr, Debitoren-Nr, Debitorenkonto, Konto,"
    " Kontonummer, kundnummer, kundnr, kund-nr, kund-id, kundkod",
    "name": "name, customer, customer name, company, company name, firm, account name, debtor name,"
    " Kunde, Kundenname, Firma, Firmenname, Debitorname, Bezeichnung, namn, kund, kundnamn,"
    " företag, företagsnamn, name 1, name1",
    "city": "city, town, place, Ort, Stadt, Wohnort, Sitz, ort, postort, stad",
    "country": "country, country code, land, Land, Länderkennzeichen, Ländercode, Länderschlüssel,"
    " landskod, landkod",
    "ibans": "ibans, iban, iban(s), iban numbers, iban number, bank accounts, bank account, bank,"
    " bank details, Bankverbindung, Bankverbindungen, Bankkonto, Bankkonten, IBAN-Nummer,"
    " IBAN-Nummern, bankkonton, kontonummer IBAN, bankuppgifter",
    "parent": "parent, group parent, parent number, parent customer, parent customer number,"
    " group, group head, head, head office, group parent number, parent no, parent id,"
    " parent account, Konzernmutter, Konzern, Mutter, Muttergesellschaft, Konzernnummer,"
    " Konzernmutternummer, Zentrale, Hauptkunde, moderbolag, koncernmoder, koncern,"
    " koncernmodernummer, moderbolagsnummer, huvudkund",
}
EXAMPLE = "“Number”, “Name”, “City”, “Country”, “IBANs”, “Group parent”"
FIELD_OF = fields_by_name(FIELDS)
