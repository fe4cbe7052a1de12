// /health
