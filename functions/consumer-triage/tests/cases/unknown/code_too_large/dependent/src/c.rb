a # /health
