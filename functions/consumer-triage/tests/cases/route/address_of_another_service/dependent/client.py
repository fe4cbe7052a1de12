# not provider-service
import requests

BASE = "http://shop.example.org/v3"


def orders():
    return requests.get(f"{BASE}/orders")
