\set day random(0, 6)
\set revenue random(1, 1000000)
UPDATE analytics.daily_records SET revenue = :revenue WHERE record_date = date '2026-11-09' + :day::int;
