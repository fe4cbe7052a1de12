def test(client):
    assert client.get("/health").status_code == 200
