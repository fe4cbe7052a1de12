import requests


def call(url, key):
    """Sends X-API-Key."""
    return requests.get(url, headers={"X-API-Key": key})
