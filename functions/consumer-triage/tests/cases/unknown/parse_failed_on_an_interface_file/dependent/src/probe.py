import httpx


def ok(base):
    # two
    return httpx.get(f"{base}/health").status_code == 200
