httpx.get(URL + "/health")
