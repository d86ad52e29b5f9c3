-- Who owes what in a book of a million items; every figure is a hash of its row.
-- Two items lie together (2p and 2p + 1) that one customer owes, so that one payment can be for both.
CREATE FUNCTION pg_temp.h(which bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN hashint8extended(which, salt) & 1073741823;

-- One name in fifty is borne by two customers; six in ten customers have an account we know.
CREATE TEMP TABLE seed_debtor AS
SELECT n, n + %(from)s AS id, mod(n, 10) < 6 AS is_known,
       (ARRAY['Alt', 'Neu', 'Ober', 'Nieder', 'Groß', 'Klein', 'Hinter', 'Vorder', 'West', 'Ost'])[
           1 + mod(m / 5600, 10)] ||
       (ARRAY['brandt', 'hansen', 'keller', 'lind', 'möller', 'petersen', 'richter', 'sander',
              'thomsen', 'vogel', 'weber', 'zimmer', 'albers', 'behrens', 'clausen', 'dreyer',
              'ehlers', 'friese', 'gerdes', 'harms', 'iversen', 'jürgens', 'kröger', 'lüders',
              'martens', 'nissen', 'olden', 'paulsen', 'quast', 'rohde', 'schütt', 'tietjen']
       )[1 + mod(m, 32)] || ' ' ||
       (ARRAY['Maschinenbau', 'Armaturen', 'Logistik', 'Anlagentechnik', 'Hydraulik', 'Werkzeuge',
              'Schiffstechnik', 'Elektro', 'Metallbau', 'Kältetechnik', 'Fördertechnik',
              'Haustechnik', 'Rohrleitungsbau', 'Kunststoffe', 'Messtechnik', 'Industrieservice',
              'Pumpen', 'Energie', 'Wasserwerke', 'Baustoffe', 'Verpackung', 'Stahlhandel',
              'Chemie', 'Papier', 'Glas'])[1 + mod(m / 32, 25)] || ' ' ||
       (ARRAY['Hamburg', 'Bremen', 'Kiel', 'Lübeck', 'Rostock', 'Hannover', 'Jena'])[
           1 + mod(m / 800, 7)] || ' ' ||
       (ARRAY['GmbH', 'GmbH & Co. KG', 'AG', 'KG', 'OHG'])[1 + mod(pg_temp.h(m, 1), 5)] AS name,
       'DE' || lpad((98 - mod(('37040044' || lpad((7000000 + n * 37)::text, 10, '0')
                               || '131400')::numeric, 97))::text, 2, '0')
            || '37040044' || lpad((7000000 + n * 37)::text, 10, '0') AS iban
  FROM (SELECT n, CASE WHEN mod(n, 50) = 49 THEN n - 1 ELSE n END AS m
          FROM generate_series(0::bigint, %(last)s) AS n) AS drawn;

CREATE TEMP TABLE seed_debt AS
SELECT i, 'SI' || lpad((i + 1)::text, 7, '0') AS number, mod(pg_temp.h(i / 2, 2), %(last)s + 1) AS debtor,
       net, round(net * 0.19, 2) AS tax, due - 14 AS day, due
  FROM (SELECT i, ((5000 + mod(pg_temp.h(i, 3), 495000)) / 100.0)::numeric(18, 2) AS net,
               %(on)s::date - 1 - mod(pg_temp.h(i, 4), 120)::int AS due
          FROM generate_series(0::bigint, %(count)s - 1) AS i) AS drawn;
CREATE UNIQUE INDEX ON seed_debt (i);
CREATE UNIQUE INDEX ON seed_debtor (n);
ANALYZE seed_debt;
ANALYZE seed_debtor;
