import requests


def call(url, key):
    return requests.get(url, headers={"X-API-Key": key})
