-- What the scripts writes*.sql have left: that they wrote, and how many rows are not as the triggers keep them.
SELECT 'stamps', count(*) > 1, count(*) FILTER (WHERE updated_at < body::timestamptz OR created_at > body::timestamptz)
  FROM public.plain WHERE id > 1000;
SELECT 'touches', count(*) > 1, count(*) FILTER (WHERE updated_at < latest - interval '1 second' OR updated_at > now())
  FROM public.plain JOIN (SELECT plain_id, max(body::timestamptz) AS latest FROM public.leaf
    WHERE id >= 1000 GROUP BY 1) l ON plain_id = plain.id;
