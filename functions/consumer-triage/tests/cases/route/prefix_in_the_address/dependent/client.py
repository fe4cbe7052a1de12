import requests

PROVIDER_SERVICE = "http://provider-service:8000/api/v1"


def orders():
    return requests.get(f"{PROVIDER_SERVICE}/orders")
