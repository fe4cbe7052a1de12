import httpx


def ok(base):
    # one
    return httpx.get(f"{base}/health").status_code == 200
