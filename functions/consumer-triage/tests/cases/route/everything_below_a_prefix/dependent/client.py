# talks to provider-service
import requests


def orders(base, number):
    requests.get(f"{base}/api/v1/orders/{number}")
    return requests.get(base + "/api/v1/orders")
