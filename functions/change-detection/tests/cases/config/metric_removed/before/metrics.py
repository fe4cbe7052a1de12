from prometheus_client import Counter, Gauge

DONE = Counter("shop_jobs_done", "Done.")
OPEN = Gauge(
    "shop_jobs_open",
    "Open.",
)
KEPT = Gauge("shop_jobs_kept", "Kept.")
