CREATE TABLE orders (
  id serial PRIMARY KEY,
  mail text NOT NULL
);

