package b // GET /health
