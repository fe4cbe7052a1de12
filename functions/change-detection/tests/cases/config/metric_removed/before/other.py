NAMES = ["shop_jobs_open"]
