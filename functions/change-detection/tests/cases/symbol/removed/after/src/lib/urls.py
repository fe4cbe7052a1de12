def _inner():
    pass
