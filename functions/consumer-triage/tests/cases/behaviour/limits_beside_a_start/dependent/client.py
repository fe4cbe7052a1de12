import httpx

A = httpx.Client(timeout=10)
B = httpx.Client(timeout=60)
C = httpx.Client(timeout=400)
