-- The status moves as it may, and payment is dated once.
CREATE FUNCTION store.move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT (CASE OLD.status WHEN 'pending' THEN NEW.status IN ('paid', 'cancelled')
                            WHEN 'paid' THEN NEW.status IN ('completed', 'refunded')
                            WHEN 'completed' THEN NEW.status = 'refunded'
                            ELSE false END) THEN
      RAISE 'an order cannot move from status "%" to "%"', OLD.status, NEW.status USING ERRCODE = 'UK004';
    END IF;
  END IF;
  IF NEW.status = 'paid' AND NEW.payment_completed_at IS NULL THEN
    NEW.payment_completed_at := now();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER move BEFORE UPDATE ON store.orders FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status)
  EXECUTE FUNCTION store.move();
CREATE TRIGGER move_first BEFORE INSERT ON store.orders FOR EACH ROW WHEN (NEW.status = 'paid')
  EXECUTE FUNCTION store.move();
