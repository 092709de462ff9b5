-- What some pieces of a line are worth when they are refunded.

-- The shares of pieces that are refunded one after another add up to the amount of the line: each is what all that are
-- gone then are worth, less what those before were worth, both rounded. Never more than what is left of the line or of
-- its order, nor less than 0. scale: the decimals of a share; NULL for as many as it needs.
CREATE FUNCTION upkeep_internal.refund_share(
  amount numeric,
  sold numeric,
  gone numeric,
  pieces numeric,
  left_of_line numeric,
  left_of_order numeric,
  scale int
) RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  worth numeric;
BEGIN
  IF sold = 0 THEN
    RETURN 0;
  ELSIF scale IS NULL THEN
    worth := upkeep_internal.rounded_quotient(amount * pieces, sold, 20);
    RETURN trim_scale(greatest(least(worth, left_of_line, left_of_order), 0));
  END IF;
  worth := upkeep_internal.rounded_quotient(amount * (gone + pieces), sold, scale)
    - upkeep_internal.rounded_quotient(amount * gone, sold, scale);
  RETURN round(greatest(least(worth, left_of_line, left_of_order), 0), scale);
END $$;

-- Exact: div cuts off, and half of what is left over rounds as the quotient does, half away from zero.
CREATE FUNCTION upkeep_internal.rounded_quotient(dividend numeric, divisor numeric, scale int)
RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN round(div(dividend * 2 * ('1e' || scale)::numeric, divisor) * ('5e' || (-scale - 1))::numeric, scale);
END $$;
