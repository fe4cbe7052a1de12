"""Passes requests on to provider-service."""


def url(path):
    return get(f"api/files/{path}")


def other(path):
    return get(f"/api/other/{path}")


def raw():
    return get("/api/files/raw/a/b")
