-- 1. A credit note of a final invoice gives its deductions up: it carries them as rows that are not
-- live, so that it pays back what was asked for and no more.
CREATE OR REPLACE FUNCTION invoicing_check_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    deposit record;
    final record;
    taken record;
    asked record;
BEGIN
    SELECT id, number, kind, state, customer_id, currency INTO deposit FROM invoicing_invoice
     WHERE id = NEW.deposit_id FOR NO KEY UPDATE;
    SELECT kind, customer_id, currency INTO final FROM invoicing_invoice WHERE id = NEW.invoice_id;
    IF final.kind = 'credit_note' AND NOT NEW.is_live THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS vat INTO taken
      FROM invoicing_invoicedeposit
     WHERE deposit_id = NEW.deposit_id AND is_live
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    SELECT vat.net_amount - coalesce(sum(back.net_amount), 0) AS net,
           vat.vat_amount - coalesce(sum(back.vat_amount), 0) AS vat
      INTO asked
      FROM invoicing_invoicevat AS vat
      LEFT JOIN invoicing_invoice AS note
             ON note.corrects_id = vat.invoice_id AND note.state <> 'draft'
      LEFT JOIN invoicing_invoicevat AS back
             ON back.invoice_id = note.id
            AND (back.vat_category, back.vat_rate) = (vat.vat_category, vat.vat_rate)
     WHERE vat.invoice_id = NEW.deposit_id
       AND (vat.vat_category, vat.vat_rate) = (NEW.vat_category, NEW.vat_rate)
     GROUP BY vat.id;
    IF deposit.kind <> 'deposit' OR deposit.state <> 'issued' OR final.kind <> 'invoice'
       OR NOT NEW.is_live
       OR (deposit.customer_id, deposit.currency) <> (final.customer_id, final.currency)
       OR asked IS NULL OR taken.net > asked.net OR taken.vat > asked.vat THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'deposit_deducted_within',
            MESSAGE = format('Deposit %s (%s, %s): %s and %s VAT deducted of %s and %s.',
                             deposit.number, deposit.kind, deposit.state, taken.net, taken.vat,
                             asked.net, asked.vat);
    END IF;
    RETURN NULL;
END
$$;

-- 2. Several credits of one invoice together give its VAT exactly, so that a single one may differ
-- from its net times its rate by the cent that another took; never more than was invoiced per rate.
CREATE OR REPLACE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines numeric;
    vat record;
    due numeric;
    deposits numeric;
    wrong integer;
    is_credit boolean := NEW.kind = 'credit_note';
BEGIN
    SELECT coalesce(sum(net_amount), 0) INTO lines
      FROM invoicing_taxed WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net_amount + vat_amount), 0) INTO deposits
      FROM invoicing_invoicedeposit WHERE invoice_id = NEW.id AND (is_live OR is_credit);
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS amount INTO vat
      FROM invoicing_invoicevat WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO due
      FROM invoicing_invoiceinstalment WHERE invoice_id = NEW.id;
    SELECT count(*) INTO wrong
      FROM invoicing_invoicevat AS row
      LEFT JOIN (SELECT vat_category, vat_rate, sum(net_amount) AS net
                   FROM invoicing_taxed WHERE invoice_id = NEW.id GROUP BY 1, 2) AS line
             ON (line.vat_category, line.vat_rate) = (row.vat_category, row.vat_rate)
     WHERE row.invoice_id = NEW.id
       AND (row.net_amount IS DISTINCT FROM line.net
            OR abs(row.vat_amount - round(row.net_amount * row.vat_rate, 2))
               > CASE WHEN is_credit THEN 0.01 ELSE 0 END);
    IF is_credit THEN
        PERFORM FROM invoicing_invoice WHERE id = NEW.corrects_id FOR NO KEY UPDATE;
        SELECT wrong + count(*) INTO wrong
          FROM invoicing_invoicevat AS original
          JOIN (SELECT row.vat_category, row.vat_rate,
                       sum(row.net_amount) AS net, sum(row.vat_amount) AS vat
                  FROM invoicing_invoicevat AS row
                  JOIN invoicing_invoice AS note ON note.id = row.invoice_id
                 WHERE note.corrects_id = NEW.corrects_id
                   AND (note.state <> 'draft' OR note.id = NEW.id)
                 GROUP BY 1, 2) AS credited
            ON (credited.vat_category, credited.vat_rate)
               = (original.vat_category, original.vat_rate)
         WHERE original.invoice_id = NEW.corrects_id AND original.net_amount >= 0
           AND (credited.net > original.net_amount OR credited.vat > original.vat_amount);
    END IF;
    IF lines <> NEW.net_amount OR vat.net <> NEW.net_amount OR vat.amount <> NEW.vat_amount
       OR due <> NEW.gross_amount - NEW.deposit_amount + NEW.rounding_amount
       OR deposits <> NEW.deposit_amount OR wrong > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoice_totals_are_sums',
            MESSAGE = format('Invoice %s: net %s, VAT %s, total %s; lines and charges %s, VAT'
                             ' table %s and %s, deposits %s, instalments %s, wrong VAT rows %s.',
                             NEW.number, NEW.net_amount, NEW.vat_amount, NEW.gross_amount, lines,
                             vat.net, vat.amount, deposits, due, wrong);
    END IF;
    RETURN NEW;
END
$$;

-- reverse
CREATE OR REPLACE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines numeric;
    vat record;
    due numeric;
    deposits numeric;
    wrong integer;
BEGIN
    SELECT coalesce(sum(net_amount), 0) INTO lines
      FROM invoicing_taxed WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net_amount + vat_amount), 0) INTO deposits
      FROM invoicing_invoicedeposit WHERE invoice_id = NEW.id AND is_live;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS amount INTO vat
      FROM invoicing_invoicevat WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO due
      FROM invoicing_invoiceinstalment WHERE invoice_id = NEW.id;
    SELECT count(*) INTO wrong
      FROM invoicing_invoicevat AS row
      LEFT JOIN (SELECT vat_category, vat_rate, sum(net_amount) AS net
                   FROM invoicing_taxed WHERE invoice_id = NEW.id GROUP BY 1, 2) AS line
             ON (line.vat_category, line.vat_rate) = (row.vat_category, row.vat_rate)
     WHERE row.invoice_id = NEW.id
       AND (row.net_amount IS DISTINCT FROM line.net
            OR row.vat_amount <> round(row.net_amount * row.vat_rate, 2));
    IF lines <> NEW.net_amount OR vat.net <> NEW.net_amount OR vat.amount <> NEW.vat_amount
       OR due <> NEW.gross_amount - NEW.deposit_amount + NEW.rounding_amount
       OR deposits <> NEW.deposit_amount OR wrong > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoice_totals_are_sums',
            MESSAGE = format('Invoice %s: net %s, VAT %s, total %s; lines and charges %s, VAT'
                             ' table %s and %s, deposits %s, instalments %s, wrong VAT rows %s.',
                             NEW.number, NEW.net_amount, NEW.vat_amount, NEW.gross_amount, lines,
                             vat.net, vat.amount, deposits, due, wrong);
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION invoicing_check_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    deposit record;
    final record;
    taken record;
    asked record;
BEGIN
    SELECT id, number, kind, state, customer_id, currency INTO deposit FROM invoicing_invoice
     WHERE id = NEW.deposit_id FOR NO KEY UPDATE;
    SELECT kind, customer_id, currency INTO final FROM invoicing_invoice WHERE id = NEW.invoice_id;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS vat INTO taken
      FROM invoicing_invoicedeposit
     WHERE deposit_id = NEW.deposit_id AND is_live
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    SELECT net_amount AS net, vat_amount AS vat INTO asked FROM invoicing_invoicevat
     WHERE invoice_id = NEW.deposit_id
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    IF deposit.kind <> 'deposit' OR deposit.state <> 'issued' OR final.kind <> 'invoice'
       OR (deposit.customer_id, deposit.currency) <> (final.customer_id, final.currency)
       OR asked IS NULL OR taken.net > asked.net OR taken.vat > asked.vat THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'deposit_deducted_within',
            MESSAGE = format('Deposit %s (%s, %s): %s and %s VAT deducted of %s and %s.',
                             deposit.number, deposit.kind, deposit.state, taken.net, taken.vat,
                             asked.net, asked.vat);
    END IF;
    RETURN NULL;
END
$$;
