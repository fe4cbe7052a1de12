def url(path):
    return get(f"api/files/{path}")
