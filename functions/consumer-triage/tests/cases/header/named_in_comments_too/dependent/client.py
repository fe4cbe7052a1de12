import requests

# X-API-Key: the service knows us by it.


def call(url, key):
    return requests.get(url, headers={"X-API-Key": key})
