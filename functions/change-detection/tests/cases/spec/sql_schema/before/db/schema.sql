CREATE TABLE orders (
  id serial PRIMARY KEY,
  mail text NOT NULL,
  "note" text
);

CREATE TABLE carts (
  id int
);
