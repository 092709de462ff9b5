-- Orders of three shops, one of which may be the first of its shop; whole transactions, parts of them and statements
-- are taken back.
\set shop random(1, 3)
\set many random(1, 4)
\set way random(1, 6)
BEGIN;
INSERT INTO numbered (shop) SELECT :shop FROM generate_series(1, :many);
\if :way = 1
ROLLBACK;
\elif :way = 2
SAVEPOINT before;
INSERT INTO numbered (shop) VALUES (:shop), (:shop);
ROLLBACK TO before;
INSERT INTO numbered (shop) VALUES (:shop);
INSERT INTO counted (shop) VALUES (:shop);
COMMIT;
\elif :way = 3
SELECT in_vain(:shop);
INSERT INTO numbered (shop) SELECT n FROM generate_series(:shop, 3) n;
COMMIT;
\elif :way = 4
INSERT INTO counted (shop) SELECT :shop FROM generate_series(1, :many);
ROLLBACK;
\else
INSERT INTO counted (shop) VALUES (:shop);
COMMIT;
\endif
