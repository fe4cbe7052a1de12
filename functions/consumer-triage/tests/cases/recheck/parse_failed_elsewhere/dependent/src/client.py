import httpx


def ok(base):
    # six
    return httpx.get(f"{base}/metrics").status_code == 200
