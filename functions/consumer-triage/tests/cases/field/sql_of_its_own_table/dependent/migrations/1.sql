CREATE TABLE IF NOT EXISTS orders (
  tax_code text
);
