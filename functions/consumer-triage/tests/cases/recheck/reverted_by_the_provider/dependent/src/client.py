import httpx


class Client:
    def __init__(self, base):
        self.base = base
        self.http = httpx.Client()

    def ok(self):
        return self.http.get(f"{self.base}/health", timeout=2).status_code == 200

    def other(self):
        self.http.get(f"{self.base}/healthz")
        self.http.get(f"{self.base}/api/health-check")
        return self.http.post(f"{self.base}/health")
