import httpx


def ok(base):
    # four
    return httpx.get(f"{base}/health").status_code == 200
