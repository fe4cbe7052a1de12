import httpx


def ok(base):
    # eight
    return httpx.get(f"{base}/health").status_code == 200
