pool = ThreadPoolExecutor(max_workers=16)
small = ThreadPoolExecutor(max_workers=2)
