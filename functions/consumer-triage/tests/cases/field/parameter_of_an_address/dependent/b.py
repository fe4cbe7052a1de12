import requests


def f():
    return requests.get("http://provider-service/shop/orders?region=eu")
