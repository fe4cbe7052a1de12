DONE = Counter("shop_jobs_done", "x")  # provider-service
