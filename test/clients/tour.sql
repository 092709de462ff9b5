-- The tables of the tour, and what is kept in them.
CREATE EXTENSION pg_upkeep;

CREATE TABLE products (
  id         integer PRIMARY KEY,
  name       text NOT NULL,
  price      numeric(10,2) NOT NULL,
  views      bigint NOT NULL DEFAULT 0,
  version    integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT upkeep.enable_updated_at('products', ignore_columns => '{views}', version_column => 'version');

CREATE TABLE orders (
  id                   uuid PRIMARY KEY,
  order_number         text NOT NULL UNIQUE,
  status               text NOT NULL DEFAULT 'pending',
  total_amount         numeric(10,2) NOT NULL DEFAULT 0,
  payment_completed_at timestamptz
);
CREATE TABLE order_items (
  id               integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  order_id         uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id       integer REFERENCES products ON DELETE SET NULL,
  quantity         integer NOT NULL,
  price_snapshot   numeric(10,2) NOT NULL,
  product_snapshot jsonb NOT NULL
);
CREATE INDEX ON order_items (order_id);
SELECT upkeep.enable_order_snapshots('order_items', 'products', snapshot_fields => '{name,price}');
SELECT upkeep.enable_order_totals('orders', 'order_items');
SELECT upkeep.enable_order_lock('orders', 'order_items');
SELECT upkeep.enable_order_status('orders', '{"pending": ["paid"], "paid": ["completed"]}');
SELECT upkeep.enable_order_number('orders');

CREATE TABLE shop_settings (shop_id integer PRIMARY KEY, cogs_ratio numeric(5,4) NOT NULL);
CREATE TABLE daily_records (
  shop_id     integer NOT NULL,
  record_date date NOT NULL,
  orders      integer,
  revenue     bigint,
  ad_spend    bigint,
  leads       integer,
  aov         bigint,
  cvr         numeric(5,2),
  roas        numeric(8,2),
  net_profit  bigint,
  PRIMARY KEY (shop_id, record_date)
);
SELECT upkeep.enable_metrics('daily_records', settings => 'shop_settings', on_settings_change => 'recalculate');

CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);
SELECT upkeep.enable_soft_delete('users');
SELECT upkeep.enable_history('users');
SELECT upkeep.live_view('users');

CREATE TABLE posts (
  id             integer PRIMARY KEY,
  comments_count integer NOT NULL DEFAULT 0,
  score          bigint NOT NULL DEFAULT 0,
  last_comment   timestamptz
);
CREATE TABLE comments (
  id         integer PRIMARY KEY,
  post_id    integer NOT NULL REFERENCES posts,
  score      bigint NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX ON comments (post_id);
SELECT upkeep.enable_rollup('posts', 'comments',
  '{comments_count = count(*), score = sum(score), last_comment = max(created_at)}');
