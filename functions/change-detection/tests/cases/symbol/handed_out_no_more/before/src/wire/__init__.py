"""Wire."""
from ._client import Client, Pool
from ._client import Proxy as Proxied
from ._errors import (
    Timeout,
    Hidden,
)

__all__ = ["Client", "Pool", "Timeout"]
