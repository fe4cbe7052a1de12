import httpx

HTTP = httpx.Client(timeout=5)
