import httpx
httpx.get("http://provider-service/x")
