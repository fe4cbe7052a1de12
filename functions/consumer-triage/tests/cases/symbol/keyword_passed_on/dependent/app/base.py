import wire
from functools import partial


class Plain(wire.Client):
    def close(self):
        pass


class Checked(wire.Client):
    def __init__(self, proxies=None):
        super().__init__(
            base="x",
            proxies=proxies,
        )


def make(name, **rest):
    return wire.Client(base=name, **rest)


def quiet(name, **rest):
    rest.pop("proxies", None)
    return wire.Client(base=name, **rest)


a = Plain(
    base="x",
    proxies=None,
)
b = Checked(proxies={})
c = make("x", proxies={})
d = quiet("x", proxies={})
e = partial(wire.Client, proxies={})
f = wire.Client(base="x")
Default = Plain


class Wrapped(Default):
    pass


h = Wrapped(
    base="x",
    proxies=None,
)
g = other.Client(proxies={})
