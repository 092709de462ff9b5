-- Made shops: what each sells in twenty weeks, what happens to it, and what its diagnosis must say of the last week and
-- what it must not. Nothing is random: the noise is made of md5, so every run makes the same days.
CREATE SCHEMA made_shops;

-- `orders`: in a week in which nothing happens. `must` and `must_not`: codes, REV_DROP:critical where the severity
-- matters; in `must_not` trend stands for all rules of that basis, any for every rule that is not in `must`.
CREATE TABLE made (shop text PRIMARY KEY, orders numeric, what text, must text[], must_not text[],
  closed int[] DEFAULT '{}',     -- weekdays without rows
  growth numeric DEFAULT 1,      -- from week to week
  last_weeks numeric DEFAULT 1); -- the same, of the last six weeks

-- What happens: from the first day to the last, counted from the Monday of the last week, figures are multiplied.
CREATE TABLE happens (shop text, first int, last int, leads numeric, cvr numeric, aov numeric, spend numeric);

INSERT INTO made (shop, orders, what, must, must_not) VALUES
  ('Steady', 1400, 'nothing', '{}', '{any}'),
  ('Seven orders', 7, 'nothing but chance', '{}', '{trend}'),
  ('Twenty-one orders', 21, 'nothing but chance', '{}', '{trend}'),
  ('Forty-two orders', 42, 'nothing but chance', '{}', '{trend}'),
  ('Many orders', 140, 'nothing but chance', '{}', '{trend}'),
  ('Best week', 420, 'more leads than ever, a lower order value', '{}', '{trend}'),
  ('Dearer', 420, 'prices up by 15 %, and half as many buy', '{CVR_DROP,REV_DROP,NP_DROP}', '{AOV_DROP,LEADS_DROP}'),
  ('Dearer goods', 420, 'goods cost 53 % instead of 45 %', '{MARGIN_EROSION:critical}', '{REV_DROP,CVR_DROP,AOV_DROP}'),
  ('Fewer buy', 420, 'half of the usual share of leads orders', '{CVR_DROP:critical,REV_DROP:critical,NP_DROP}',
    '{LEADS_DROP,AOV_DROP,CPL_SPIKE}'),
  ('Cheaper baskets', 420, 'orders are worth 30 % less', '{AOV_DROP,NP_DROP}', '{CVR_DROP,LEADS_DROP}'),
  ('Dear ads', 420, 'ads cost half as much again, and bring no more', '{CPL_SPIKE,NP_DROP,MARGINAL_ROAS_LOW}',
    '{CVR_DROP,REV_DROP,LEADS_DROP,AOV_DROP}'),
  ('Below break-even', 420, 'ads cost two and a half times as much', '{NP_NEGATIVE,ROAS_BELOW_BREAK_EVEN}',
    '{ROAS_BELOW_TARGET,AD_RATIO_HIGH,CVR_DROP}'),
  ('Ad ban', 420, 'no ads from Tuesday to Friday', '{AD_SPEND_STOPPED,LEADS_DROP,REV_DROP}', '{CPL_SPIKE,CVR_DROP}'),
  ('Ad stopped', 420, 'the ads ended on Thursday, sales go on', '{AD_SPEND_STOPPED}', '{trend,SPEND_NO_LEADS}'),
  ('Ads alone', 0, 'ads that never brought an order', '{SPEND_NO_ORDERS:critical,NP_NEGATIVE}', '{trend}'),
  ('Tracking outage', 420, 'three days without recorded leads', '{DATA_SUSPECT}', '{trend,SPEND_NO_LEADS}'),
  ('Known outage', 420, 'two days are hardly recorded, and marked as an outage', '{}', '{trend,DATA_MISSING}'),
  ('Refund wave', 420, 'refunds make two days negative', '{NP_DROP,REV_DROP}', '{DATA_SUSPECT}'),
  ('Wrong sign', 420, 'one day typed with a minus', '{DATA_SUSPECT}', '{trend}'),
  ('Thousands', 420, 'one day typed in thousands', '{DATA_SUSPECT}', '{NP_DROP,REV_DROP,AOV_DROP,NP_NEGATIVE}'),
  ('Two days missing', 420, 'Wednesday and Thursday are not there', '{DATA_MISSING}', '{trend}'),
  ('Without leads', 420, 'leads are not recorded at all', '{}', '{any}'),
  ('Without COGS', 420, 'nobody set what goods cost', '{COGS_UNSET}', '{NP_DROP,NP_NEGATIVE,ROAS_BELOW_BREAK_EVEN}'),
  ('Holiday', 420, 'a holiday week, marked', '{}', '{trend,DATA_MISSING}'),
  ('After a holiday', 420, 'a holiday three weeks ago, marked; now fewer buy', '{CVR_DROP,REV_DROP,NP_DROP}',
    '{LEADS_DROP,AOV_DROP}'),
  ('Promotion', 420, 'a promotion this week, marked: many small orders', '{}', '{trend}'),
  ('Stocktaking', 420, 'closed on two days, marked', '{}', '{trend,DATA_MISSING}'),
  ('After a doubled week', 420, 'one week twice the others; now half',
    '{REV_DROP:critical,LEADS_DROP:critical,NP_DROP}', '{CVR_DROP,AOV_DROP}'),
  ('After a weak week', 420, 'one week at 0.3; now half',
    '{REV_DROP:critical,LEADS_DROP:critical,NP_DROP}', '{CVR_DROP,AOV_DROP}'),
  ('One order in two', 420, 'one day brings most of the week', '{DAY_CONCENTRATION}', '{REV_DROP,NP_DROP}'),
  ('Behind its goal', 420, 'the month is to bring a third more', '{GOAL_OFF_PACE}', '{trend}'),
  ('Ambitious', 420, 'a ROAS of 8 is aimed at', '{ROAS_BELOW_TARGET}', '{ROAS_BELOW_BREAK_EVEN,trend}'),
  ('Bad luck', 7, 'four orders instead of seven', '{}', '{NP_DROP,REV_DROP,CVR_DROP}');
INSERT INTO made (shop, orders, what, must, must_not, closed) VALUES
  ('No Sundays', 420, 'closed on Sundays, no rows', '{}', '{any}', '{7}'),
  ('No Sundays, bad', 420, 'closed on Sundays, no rows; a tenth is left', '{REV_DROP:critical,NP_DROP:critical}',
    '{DATA_MISSING}', '{7}'),
  ('One Sunday', 420, 'closed on Sundays, but for this one', '{}', '{any}', '{7}'),
  ('No weekends', 420, 'closed on weekends by its settings, for three weeks now', '{}', '{trend,DATA_MISSING}', '{}');
INSERT INTO made (shop, orders, what, must, must_not, growth, last_weeks) VALUES
  ('Zeros on Sundays', 420, 'closed on Sundays, rows of zeros', '{}', '{any}', 1, 1),
  ('Zeros, bad', 420, 'closed on Sundays, rows of zeros; a tenth is left',
    '{REV_DROP:critical,NP_DROP:critical}', '{DATA_MISSING}', 1, 1),
  ('Growing', 420, '3 % more each week', '{}', '{trend}', 1.03, 1),
  ('Slow fall', 2800, '6 % less each week for six weeks', '{PROFIT_STREAK}', '{DATA_SUSPECT,CVR_DROP,AOV_DROP}', 1,
    0.94);

INSERT INTO happens (shop, first, last, leads, cvr, aov, spend) VALUES
  ('Best week', 0, 6, 1.7, 1, 0.8, 1.2), ('Dearer', 0, 6, 1, 0.5, 1.15, 1), ('Fewer buy', 0, 6, 1, 0.5, 1, 1),
  ('Cheaper baskets', 0, 6, 1, 1, 0.7, 1), ('Dear ads', 0, 6, 1, 1, 1, 1.5), ('Below break-even', 0, 6, 1, 1, 1, 2.5),
  ('Ad ban', 1, 4, 0.3, 1, 1, 0), ('Ad stopped', 3, 6, 1, 1, 1, 0), ('Known outage', 2, 3, 0.1, 1, 1, 1),
  ('Holiday', 0, 6, 0.3, 1, 1, 1), ('After a holiday', -21, -15, 0.3, 1, 1, 1), ('After a holiday', 0, 6, 1, 0.6, 1, 1),
  ('Promotion', 0, 6, 2, 1, 0.6, 1.5), ('After a doubled week', -28, -22, 2, 1, 1, 1),
  ('After a doubled week', 0, 6, 0.5, 1, 1, 1), ('After a weak week', -28, -22, 0.3, 1, 1, 1),
  ('After a weak week', 0, 6, 0.5, 1, 1, 1), ('One order in two', 4, 4, 9, 1, 1, 1),
  ('No Sundays, bad', 0, 6, 0.1, 1, 1, 1), ('Zeros, bad', 0, 6, 0.1, 1, 1, 1),
  ('Bad luck', 0, 6, 1, 0.6, 1, 1);
