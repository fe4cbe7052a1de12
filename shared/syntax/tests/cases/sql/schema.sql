-- Orders.
CREATE TABLE IF NOT EXISTS shop.orders (
    id BIGSERIAL PRIMARY KEY,
    customer_id UUID NOT NULL REFERENCES customers (id),
    total NUMERIC(10, 2) DEFAULT 0,
    state TEXT CHECK (state IN ('open', 'closed')),
    CONSTRAINT positive CHECK (total >= 0)
);

CREATE UNIQUE INDEX orders_state ON shop.orders (state);
CREATE VIEW open_orders AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE state = 'open';
CREATE TYPE color AS ENUM ('red', 'green');

CREATE FUNCTION total_of(order_id BIGINT) RETURNS NUMERIC AS $$
  SELECT sum(total) FROM shop.orders WHERE id = order_id;
$$ LANGUAGE sql;

ALTER TABLE shop.orders ADD COLUMN note TEXT;
ALTER TABLE shop.orders DROP COLUMN state;
INSERT INTO settings (key, value) VALUES ('API_URL', 'https://api.example.com');
SELECT * FROM reports;
DROP TABLE old_orders;
