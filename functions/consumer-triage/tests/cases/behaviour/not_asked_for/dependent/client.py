httpx.get("x", timeout=120)
