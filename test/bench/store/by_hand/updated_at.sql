-- A stamp that moves when something of a row does.
CREATE FUNCTION store.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON store.orders FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION store.stamp();
CREATE TRIGGER stamp BEFORE UPDATE ON store.products FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION store.stamp();
