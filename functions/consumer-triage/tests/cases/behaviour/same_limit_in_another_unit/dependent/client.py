T = 90
httpx.get("x", timeout=45)
