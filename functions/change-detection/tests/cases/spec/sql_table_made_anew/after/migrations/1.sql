CREATE TABLE new_orders (id int, mail text);
INSERT INTO new_orders SELECT id, mail FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
