other --no-refresh
