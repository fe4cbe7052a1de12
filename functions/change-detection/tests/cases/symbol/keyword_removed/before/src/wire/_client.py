class _Base:
    def __init__(self, base, retries=3):
        self.base = base


class Client(_Base):
    def __init__(
        self,
        *,
        base: str = "",
        option_00: str | None = None,
        option_01: str | None = None,
        option_02: str | None = None,
        option_03: str | None = None,
        option_04: str | None = None,
        option_05: str | None = None,
        option_06: str | None = None,
        option_07: str | None = None,
        option_08: str | None = None,
        option_09: str | None = None,
        option_10: str | None = None,
        option_11: str | None = None,
        option_12: str | None = None,
        option_13: str | None = None,
        option_14: str | None = None,
        option_15: str | None = None,
        option_16: str | None = None,
        option_17: str | None = None,
        option_18: str | None = None,
        option_19: str | None = None,
        proxies: dict | None = None,  # many, of old
        timeout: float = 5.0,
    ) -> None:
        pass

    def send(self, body, stream=False):
        return body

    @property
    def url(self, x=None):
        return ""

    def _inner(self, a):
        return a


class Pool(_Base):
    size = 1


def connect(host, *, tls=None, **rest):
    def inner(a):
        return a
    return inner(host)


def open_all(hosts, limit=3):
    return hosts


@dataclass
class Options:
    name: str
    depth: int = 1
