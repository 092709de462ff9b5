-- A paid order is closed: neither its lines nor its total and its address change.
CREATE FUNCTION store.require_open(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  closed uuid;
BEGIN
  SELECT o.id INTO closed
    FROM (SELECT id, status, payment_completed_at FROM store.orders WHERE id = ANY (changed) ORDER BY id FOR SHARE) o
    WHERE o.payment_completed_at IS NOT NULL OR o.status IN ('paid', 'completed', 'refunded') LIMIT 1;
  IF closed IS NOT NULL THEN
    RAISE 'order % is locked', closed USING ERRCODE = 'UK003';
  END IF;
END $$;
CREATE FUNCTION store.lines_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.require_open(array(SELECT DISTINCT order_id FROM new_rows));
  RETURN NULL;
END $$;
CREATE FUNCTION store.lines_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.require_open(array(SELECT DISTINCT order_id FROM old_rows));
  RETURN NULL;
END $$;
CREATE FUNCTION store.lines_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.require_open(array(
    SELECT order_id FROM (SELECT * FROM old_rows EXCEPT SELECT * FROM new_rows) o
    UNION
    SELECT order_id FROM (SELECT * FROM new_rows EXCEPT SELECT * FROM old_rows) n));
  RETURN NULL;
END $$;
CREATE TRIGGER lines_new AFTER INSERT ON store.order_items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.lines_new();
CREATE TRIGGER lines_old AFTER DELETE ON store.order_items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.lines_old();
CREATE TRIGGER lines_both AFTER UPDATE ON store.order_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.lines_both();

CREATE FUNCTION store.keep_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE 'order % is locked', OLD.id USING ERRCODE = 'UK003';
END $$;
CREATE TRIGGER keep_closed BEFORE UPDATE ON store.orders FOR EACH ROW
  WHEN ((OLD.payment_completed_at IS NOT NULL OR OLD.status IN ('paid', 'completed', 'refunded'))
        AND (OLD.id, OLD.user_id, OLD.total_amount, OLD.billing_address)
              IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.total_amount, NEW.billing_address))
  EXECUTE FUNCTION store.keep_closed();
CREATE TRIGGER keep_closed_rows BEFORE DELETE ON store.orders FOR EACH ROW
  WHEN (OLD.payment_completed_at IS NOT NULL OR OLD.status IN ('paid', 'completed', 'refunded'))
  EXECUTE FUNCTION store.keep_closed();
