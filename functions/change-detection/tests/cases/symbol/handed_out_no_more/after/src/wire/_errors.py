class Other(Exception):
    pass
