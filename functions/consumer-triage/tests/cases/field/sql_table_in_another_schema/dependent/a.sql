-- provider-service
SELECT id FROM access_tokens;
