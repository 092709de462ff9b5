-- An update that nobody stamped would leave the epoch that it wrote.
SELECT 'figures', count(*) > 1, count(*) FILTER (WHERE (aov, net_profit) IS DISTINCT FROM (round(revenue / 7.0)::bigint,
  revenue - round(revenue * 0.4) - 3) OR updated_at = 'epoch')
  FROM public.daily_records WHERE id > 1000;
