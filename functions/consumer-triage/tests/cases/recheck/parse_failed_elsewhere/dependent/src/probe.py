import httpx


def ok(base):
    # five
    return httpx.get(f"{base}/metrics").status_code == 200
