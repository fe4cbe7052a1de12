import requests


def call(url):
    return requests.get(url)
