-- What is given back of a paid order: never more pieces than were sold, and never more than they were worth. What is
-- left of a line's amount decides what its next pieces give back, so that all of them give back all of it.
CREATE FUNCTION store.fill_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bought record;
  line record;
  gone record;
BEGIN
  IF NEW.quantity <= 0 OR NEW.amount < 0 THEN
    RAISE 'not a refund' USING ERRCODE = '23514';
  ELSIF NEW.amount IS NULL AND (NEW.order_item_id IS NULL OR NEW.quantity IS NULL) THEN
    RAISE 'no amount' USING ERRCODE = '23502';
  END IF;
  SELECT o.payment_completed_at IS NOT NULL OR o.status IN ('paid', 'completed', 'refunded') AS is_closed,
      o.total_amount - o.refunded_amount AS rest
    INTO bought FROM store.orders o WHERE o.id = NEW.order_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE 'no such order' USING ERRCODE = '23503';
  ELSIF NOT bought.is_closed THEN
    RAISE 'order % is open', NEW.order_id USING ERRCODE = 'UK009';
  END IF;
  IF NEW.amount IS NULL THEN
    SELECT i.quantity, round(i.price_snapshot * i.quantity, 2) AS worth
      INTO line FROM store.order_items i WHERE i.id = NEW.order_item_id AND i.order_id = NEW.order_id
      FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RAISE 'no such line' USING ERRCODE = '23503';
    END IF;
    SELECT coalesce(sum(r.quantity), 0) AS pieces, coalesce(sum(r.amount), 0) AS amount
      INTO gone FROM store.refunds r WHERE r.order_item_id = NEW.order_item_id;
    NEW.amount := greatest(least(
      round(line.worth * (gone.pieces + NEW.quantity) / line.quantity, 2)
        - round(line.worth * gone.pieces / line.quantity, 2), line.worth - gone.amount, bought.rest), 0);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fill_refund BEFORE INSERT ON store.refunds FOR EACH ROW EXECUTE FUNCTION store.fill_refund();

-- Orders and then lines are locked in order, and checked with all that the statement wrote.
CREATE FUNCTION store.keep_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  refused text;
BEGIN
  PERFORM FROM store.orders WHERE id IN (SELECT order_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM store.order_items WHERE id IN (SELECT order_item_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM new_rows n LEFT JOIN store.order_items i ON i.id = n.order_item_id AND i.order_id = n.order_id
               WHERE n.order_item_id IS NOT NULL AND i.id IS NULL) THEN
    RAISE 'no such line' USING ERRCODE = '23503';
  END IF;
  SELECT jsonb_build_object('order', i.order_id, 'line', i.id)::text INTO refused
    FROM store.order_items i
    CROSS JOIN LATERAL (SELECT coalesce(sum(r.quantity), 0) AS pieces, sum(r.amount) AS amount
                          FROM store.refunds r WHERE r.order_item_id = i.id) r
    WHERE i.id IN (SELECT order_item_id FROM new_rows)
      AND (r.pieces > i.quantity OR r.amount > round(i.price_snapshot * i.quantity, 2))
    LIMIT 1;
  IF refused IS NOT NULL THEN
    RAISE 'refund not possible' USING ERRCODE = 'UK009', DETAIL = refused;
  END IF;
  UPDATE store.orders o SET refunded_amount = r.amount
    FROM (SELECT r.order_id, sum(r.amount) AS amount FROM store.refunds r
            WHERE r.order_id IN (SELECT order_id FROM new_rows) GROUP BY r.order_id) r
    WHERE o.id = r.order_id;
  SELECT jsonb_build_object('order', o.id)::text INTO refused
    FROM store.orders o WHERE o.id IN (SELECT order_id FROM new_rows) AND o.refunded_amount > o.total_amount LIMIT 1;
  IF refused IS NOT NULL THEN
    RAISE 'refund not possible' USING ERRCODE = 'UK009', DETAIL = refused;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_refunds AFTER INSERT ON store.refunds REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.keep_refunds();

CREATE FUNCTION store.refund_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE 'a refund stays as it was' USING ERRCODE = 'UK005';
  ELSIF EXISTS (SELECT FROM store.orders o WHERE o.id = OLD.order_id
                  AND (o.payment_completed_at IS NOT NULL OR o.status IN ('paid', 'completed', 'refunded'))) THEN
    RAISE 'order % is locked', OLD.order_id USING ERRCODE = 'UK003';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER refund_stays BEFORE UPDATE ON store.refunds FOR EACH ROW
  WHEN ((OLD.order_id, OLD.order_item_id, OLD.quantity, OLD.amount)
        IS DISTINCT FROM (NEW.order_id, NEW.order_item_id, NEW.quantity, NEW.amount))
  EXECUTE FUNCTION store.refund_stays();
CREATE TRIGGER refund_stays_there BEFORE DELETE ON store.refunds FOR EACH ROW EXECUTE FUNCTION store.refund_stays();

CREATE FUNCTION store.own_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.refunded_amount := (SELECT coalesce(sum(r.amount), 0) FROM store.refunds r WHERE r.order_id = NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER own_refunded BEFORE INSERT ON store.orders FOR EACH ROW WHEN (NEW.refunded_amount <> 0)
  EXECUTE FUNCTION store.own_refunded();
CREATE TRIGGER own_refunded_kept BEFORE UPDATE ON store.orders FOR EACH ROW
  WHEN (NEW.refunded_amount <> OLD.refunded_amount) EXECUTE FUNCTION store.own_refunded();
