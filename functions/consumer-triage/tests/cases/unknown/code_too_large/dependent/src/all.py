import httpx


def ok(base):
    # seven
    return httpx.get(f"{base}/health").status_code == 200
