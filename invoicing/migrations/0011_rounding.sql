-- What is rounded is rounded to a whole amount, by half of one at most. A credit note gives back
-- what its invoice was rounded by, with the last of its parts.
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_rounded_to_whole CHECK (
    rounding_amount = 0 OR kind = 'credit_note'
    OR (rounding_amount BETWEEN -0.49 AND 0.50
        AND (gross_amount - deposit_amount + rounding_amount) % 1 = 0)
);
-- reverse
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_rounded_to_whole;
