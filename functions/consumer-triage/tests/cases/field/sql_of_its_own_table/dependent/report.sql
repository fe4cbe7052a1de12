-- reads the tables of provider-service
SELECT o.id,
       o.tax_code
FROM shop.orders o
WHERE o.tax_code IS NOT NULL;

SELECT tax_code FROM invoices;
