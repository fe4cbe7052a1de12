def run():
    raise RuntimeError
