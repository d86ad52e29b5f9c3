-- What a million invoices are about, as plain figures; million.py spreads them over the tables.
-- Every number is a hash of its row, so the same size always gives the same company.
CREATE FUNCTION pg_temp.h(which bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN hashint8extended(which, salt) & 1073741823;
CREATE FUNCTION pg_temp.u(which bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(which, salt) & 1073741823) / 1073741824.0;
CREATE FUNCTION pg_temp.digits(value bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN lpad(value::text, greatest(6, length(value::text)), '0');

CREATE TEMP TABLE seed_customer AS
SELECT n::bigint, (%(customers_from)s + n)::bigint AS id,
       (ARRAY['Brandt', 'Hansen', 'Keller', 'Lindqvist', 'Möller', 'Petersen', 'Richter', 'Sander',
              'Thomsen', 'Vogel', 'Weber', 'Zimmermann', 'Albers', 'Behrens', 'Clausen', 'Dreyer',
              'Ehlers', 'Friese', 'Gerdes', 'Harms', 'Iversen', 'Jürgens', 'Kröger', 'Lüders',
              'Martens', 'Nissen', 'Oldenburg', 'Paulsen', 'Quast', 'Rohde', 'Schütt', 'Tietjen']
       )[1 + mod(n, 32)] || ' ' ||
       (ARRAY['Maschinenbau', 'Armaturen', 'Logistik', 'Anlagentechnik', 'Hydraulik', 'Werkzeuge',
              'Schiffstechnik', 'Elektro', 'Metallbau', 'Kältetechnik', 'Fördertechnik', 'Haustechnik',
              'Rohrleitungsbau', 'Kunststoffe', 'Messtechnik', 'Industrieservice', 'Pumpen', 'Energie',
              'Wasserwerke', 'Baustoffe', 'Verpackung', 'Stahlhandel', 'Chemie', 'Papier', 'Glas']
       )[1 + mod(n / 32, 25)] || ' ' ||
       (ARRAY['Hamburg', 'Bremen', 'Kiel', 'Lübeck', 'Rostock', 'Hannover', 'Oldenburg'])[
           1 + mod(n / 800, 7)] || ' ' ||
       (ARRAY['GmbH', 'GmbH & Co. KG', 'AG', 'KG', 'OHG'])[1 + mod(pg_temp.h(n, 1), 5)] AS name,
       (ARRAY['Hamburg', 'Bremen', 'Kiel', 'Lübeck', 'Rostock', 'Hannover', 'Oldenburg'])[
           1 + mod(n / 800, 7)] AS city,
       'DE' || lpad((98 - mod(('37040044' || lpad((7000000 + n * 37)::text, 10, '0')
                               || '131400')::numeric, 97))::text, 2, '0')
            || '37040044' || lpad((7000000 + n * 37)::text, 10, '0') AS iban
  FROM generate_series(0, %(customers)s - 1) AS n;

CREATE TEMP TABLE seed_product AS
SELECT n::bigint, (%(products_from)s + n)::bigint AS id, (%(levels_from)s + n)::bigint AS level_id,
       (ARRAY['KV', 'RS', 'PU', 'DS', 'FL', 'MS'])[1 + mod(n, 6)] || '-' || (1000 + n * 7) AS number,
       (ARRAY['Kugelhahn', 'Rückschlagklappe', 'Pumpe', 'Dichtungssatz', 'Flansch', 'Messgerät'])[
           1 + mod(n, 6)] || ' DN ' || (15 + 5 * mod(n, 40)) AS name,
       (1.99 + mod(n * 7919, 49800) / 100.0)::numeric(18, 2) AS price
  FROM generate_series(0, %(products)s - 1) AS n;

-- Four invoices of a customer are paid by one transfer; they lie a few days apart.
CREATE TEMP TABLE seed_line AS
SELECT i, position, row_number() OVER (ORDER BY i, position) - 1 AS n, product.n AS product,
       quantity, product.price, (quantity * product.price)::numeric(18, 2) AS net
  FROM (SELECT i::bigint, position, 1 + mod(pg_temp.h(i, 10 + position), 40) AS quantity,
               mod(pg_temp.h(i, 20 + position), %(products)s) AS product
          FROM generate_series(0, %(invoices)s - 1) AS i
          JOIN LATERAL generate_series(1, 1 + (mod(i, 3) = 0)::int) AS position ON true) AS drawn
  JOIN seed_product AS product ON product.n = drawn.product;

CREATE TEMP TABLE seed_invoice AS
SELECT i, g, floor(%(customers)s * power(pg_temp.u(g, 2), 2))::bigint AS customer,
       %(first)s::date + floor(%(days)s * (i::float / %(invoices)s))::int AS day,
       net, round(net * 0.19, 2) AS vat, net + round(net * 0.19, 2) AS gross
  FROM (SELECT i, i / (4 * %(apart)s) * %(apart)s + mod(i, %(apart)s) AS g, sum(net) AS net
          FROM seed_line GROUP BY i) AS summed;
CREATE UNIQUE INDEX ON seed_invoice (i);

CREATE TEMP TABLE seed_payment AS
SELECT g, customer, paid_on, mod(pg_temp.h(g, 4), 4) <> 0 OR paid_on < %(today)s::date - 4 AS is_matched,
       row_number() OVER (ORDER BY paid_on, g) - 1 AS n
  FROM (SELECT g, customer, max(day) + 6 + floor(60 * power(pg_temp.u(g, 3), 2))::int AS paid_on
          FROM seed_invoice GROUP BY g, customer) AS drawn
 WHERE paid_on < %(today)s::date;
CREATE UNIQUE INDEX ON seed_payment (g);

CREATE TEMP TABLE seed_paid AS
SELECT i, g, row_number() OVER (ORDER BY payment.n, i) - 1 AS n, payment.n AS payment, paid_on,
       is_matched,
       CASE WHEN mod(pg_temp.h(i, 5), 1000) BETWEEN 8 AND 11 THEN round(gross * 0.6, 2)
            ELSE gross END AS amount
  FROM seed_invoice JOIN seed_payment AS payment USING (g)
 WHERE mod(pg_temp.h(i, 5), 1000) >= 8;
CREATE UNIQUE INDEX ON seed_paid (i);

DELETE FROM seed_payment WHERE g NOT IN (SELECT g FROM seed_paid);
CREATE TEMP TABLE seed_transfer AS
SELECT payment.*, summed.amount, summed.text
  FROM seed_payment AS payment
  JOIN (SELECT g, sum(amount) AS amount,
               CASE mod(pg_temp.h(g, 6), 5) WHEN 0 THEN 'Zahlung Rechnungen ' WHEN 1 THEN 'RG '
                    WHEN 2 THEN 'Sammelzahlung ' ELSE '' END
               || string_agg('RE-' || pg_temp.digits(i + 2), ' ' ORDER BY i) AS text
          FROM seed_paid GROUP BY g) AS summed USING (g);
CREATE UNIQUE INDEX ON seed_transfer (n);

CREATE TEMP TABLE seed_statement AS
SELECT paid_on, row_number() OVER (ORDER BY paid_on) - 1 AS n, sum(amount) AS amount,
       %(balance)s::numeric + sum(sum(amount)) OVER (ORDER BY paid_on) AS closing
  FROM seed_transfer GROUP BY paid_on;

-- Journal entries and events in the order of their days, as they would have come.
CREATE TEMP TABLE seed_entry AS
SELECT kind, of, row_number() OVER (ORDER BY day, kind, of) - 1 AS n
  FROM (SELECT 1 AS kind, i AS of, day FROM seed_invoice
        UNION ALL SELECT 2, n, paid_on FROM seed_transfer
        UNION ALL SELECT 3, n, paid_on FROM seed_transfer WHERE is_matched) AS posted;
CREATE UNIQUE INDEX ON seed_entry (kind, of);

CREATE TEMP TABLE seed_event AS
SELECT kind, of, row_number() OVER (ORDER BY day, of, kind) - 1 AS n
  FROM (SELECT kind, i AS of, day FROM seed_invoice JOIN generate_series(1, 3) AS kind ON true
        UNION ALL SELECT 4, n, paid_on FROM seed_transfer WHERE is_matched) AS recorded;
CREATE UNIQUE INDEX ON seed_event (kind, of);
ANALYZE seed_customer, seed_product, seed_line, seed_invoice, seed_transfer, seed_paid, seed_statement,
        seed_entry, seed_event;
