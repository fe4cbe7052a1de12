import httpx
A = httpx.Client(timeout=120)
