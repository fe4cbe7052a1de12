from prometheus_client import Counter, Gauge

DONE = Counter("shop_jobs_finished", "Done.")
OPEN = Gauge(
    "shop_jobs_waiting",
    "Open.",
)
KEPT = Gauge("shop_jobs_kept", "Kept.")
