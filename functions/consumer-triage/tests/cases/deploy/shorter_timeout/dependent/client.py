import httpx

HTTP = httpx.Client(timeout=120)
FAST = httpx.Client(timeout=5)
