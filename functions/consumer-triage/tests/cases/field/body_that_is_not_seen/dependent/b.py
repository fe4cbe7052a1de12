import requests
requests.post("http://provider-service/shop/orders", json={**defaults(), "total": 1})
