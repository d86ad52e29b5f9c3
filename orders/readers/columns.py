"""Column headings of order files in English, German and Swedish, and which field each means."""

from core.sheets import columns_of, fields_by_name

FIELDS = {
    "customer": "customer, customer number, customer no, customer id, customer code, buyer,"
    " customer name, account, Kunde, Kundennummer, Kundennr, Kunden-Nr, Debitor, Besteller,"
    " Debitorennummer, Kundenname, kund, kundnummer, kundnr, kundnamn",
    "po_number": "PO number, PO no, PO, purchase order, purchase order number, order number,"
    " order no, customer reference, your reference, Bestellnummer, Bestellnr, Bestellung,"
    " Auftragsnummer, Ihre Bestellnummer, Kundenreferenz, inköpsordernummer, inköpsorder,"
    " ordernummer, ordernr, beställningsnummer, beställningsnr, er referens",
    "article": "article, article number, article no, item, item number, item no, item code, SKU,"
    " product, product number, product code, code, Artikel, Artikelnummer, Artikelnr, Art.-Nr.,"
    " Produkt, Produktnummer, Produktnr",
    "gtin": "GTIN, EAN, EAN code, Strichcode, streckkod",
    "name": "name, description, article name, item name, product name, Bezeichnung,"
    " Artikelbezeichnung, Beschreibung, Artikelname, benämning, beskrivning, artikelnamn",
    "quantity": "quantity, qty, pieces, Menge, Anzahl, Stück, Stk, Bestellmenge, antal,"
    " kvantitet, mängd",
    "unit": "unit, UOM, unit code, Einheit, Mengeneinheit, ME, enhet",
    "price": "price, unit price, net price, Preis, Einzelpreis, Stückpreis, Nettopreis, pris,"
    " styckpris, enhetspris, à-pris, nettopris",
    "discount": "discount, discount %, discount percent, Rabatt, Rabatt %, Nachlass, Nachlass %,"
    " rabattprocent",
    "currency": "currency, Währung, Waehrung, valuta",
    "requested_on": "requested date, requested on, requested delivery date, requested,"
    " delivery date, wanted on, due date, Liefertermin, Lieferdatum, Wunschtermin,"
    " Wunschliefertermin, gewünschter Liefertermin, leveransdatum, önskat leveransdatum,"
    " önskat datum, leveransdag",
    "freight": "freight, freight charge, shipping, shipping costs, carriage, Fracht, Frachtkosten,"
    " Versand, Versandkosten, frakt, fraktkostnad, fraktavgift",
    "packing": "packing, packing charge, packaging, Verpackung, Verpackungskosten, emballage,"
    " emballageavgift",
    "order_discount": "order discount, order discount %, discount on the order, Auftragsrabatt,"
    " Auftragsrabatt %, Gesamtrabatt, Gesamtrabatt %, orderrabatt, orderrabatt %, totalrabatt",
    "note": "note, comment, remark, Bemerkung, Notiz, Hinweis, anteckning, notering",
}


_FIELD_OF = fields_by_name(FIELDS)


def fields_of(headings: list[str]) -> dict[str, int]:
    """Which column holds which field; of two headings for one field the first counts."""
    return columns_of(headings, _FIELD_OF)
