BASE = "http://provider-service:8000"


def test_place(server):
    server.assert_called_with(f"{BASE}/shop/orders", json={"total": 1})
