-- provider-service
SELECT id FROM private.access_tokens;
