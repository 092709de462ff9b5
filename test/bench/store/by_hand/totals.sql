-- The total is the sum of the lines: one UPDATE a statement, of orders that are locked in order.
CREATE FUNCTION store.sum_lines(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM store.orders WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  PERFORM set_config('store.summing', 'yes', true);
  UPDATE store.orders o SET total_amount = s.total
    FROM (SELECT c.id, coalesce(sum(round(i.price_snapshot * i.quantity, 2)), 0) AS total
            FROM unnest(changed) AS c(id) LEFT JOIN store.order_items i ON i.order_id = c.id GROUP BY c.id) s
    WHERE o.id = s.id AND o.total_amount <> s.total;
  PERFORM set_config('store.summing', '', true);
END $$;
CREATE FUNCTION store.sum_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.sum_lines(array(SELECT DISTINCT order_id FROM new_rows));
  RETURN NULL;
END $$;
CREATE FUNCTION store.sum_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.sum_lines(array(SELECT DISTINCT order_id FROM old_rows));
  RETURN NULL;
END $$;
CREATE FUNCTION store.sum_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.sum_lines(array(
    SELECT o.order_id FROM old_rows o JOIN new_rows n USING (id)
      WHERE (o.order_id, o.quantity, o.price_snapshot) IS DISTINCT FROM (n.order_id, n.quantity, n.price_snapshot)
    UNION
    SELECT n.order_id FROM old_rows o JOIN new_rows n USING (id)
      WHERE (o.order_id, o.quantity, o.price_snapshot) IS DISTINCT FROM (n.order_id, n.quantity, n.price_snapshot)));
  RETURN NULL;
END $$;
CREATE TRIGGER sum_new AFTER INSERT ON store.order_items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.sum_new();
CREATE TRIGGER sum_old AFTER DELETE ON store.order_items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.sum_old();
CREATE TRIGGER sum_both AFTER UPDATE ON store.order_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.sum_both();

CREATE FUNCTION store.own_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.total_amount := 0;
  ELSIF current_setting('store.summing', true) IS DISTINCT FROM 'yes' THEN
    NEW.total_amount := OLD.total_amount;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_total BEFORE INSERT ON store.orders FOR EACH ROW WHEN (NEW.total_amount <> 0)
  EXECUTE FUNCTION store.own_total();
CREATE TRIGGER own_total_kept BEFORE UPDATE ON store.orders FOR EACH ROW
  WHEN (NEW.total_amount <> OLD.total_amount) EXECUTE FUNCTION store.own_total();
