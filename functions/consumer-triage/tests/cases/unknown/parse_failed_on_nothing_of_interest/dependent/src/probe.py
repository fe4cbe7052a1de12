import httpx


def ok(base):
    # three
    return httpx.get(f"{base}/metrics").status_code == 200
