"""Passes requests on to provider-service."""


def url(path):
    return get(f"api/files/{path}")


def all(path):
    return get(f"/api/{path}")
