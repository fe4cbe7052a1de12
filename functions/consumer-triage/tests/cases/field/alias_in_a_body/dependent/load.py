import requests


def load(base, shelf):
    return requests.post(f"{base}/v1/shelves/load", json={"name": shelf})
