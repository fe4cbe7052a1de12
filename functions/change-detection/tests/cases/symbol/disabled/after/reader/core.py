def parse(text):
    """Parses."""
    raise RuntimeError("use typed")


class Reader:
    def close(self):
        raise RuntimeError("gone")

    def hook(self):
        raise NotImplementedError


def typed(a):
    if a is None:
        raise ValueError
    return a
