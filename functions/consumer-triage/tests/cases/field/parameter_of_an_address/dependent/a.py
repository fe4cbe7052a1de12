import requests


def f():
    return requests.get("http://provider-service/shop/orders?page=1")
